/* What is open on the screen, beyond the address: the picker, the palette, the
   key sheet, the slide-overs, the composer's tab. */

export type Picker = "type" | "assign" | "state" | "merge" | "move" | "flag" | "clock" | "more" | "split" | "done" | "snooze";
export type ComposerMode = "reply" | "note" | "call";
export type Overlay = "palette" | "keys" | "new" | "call" | "notices" | null;

class Ui {
  picker = $state<Picker | null>(null);
  overlay = $state<Overlay>(null);
  nav = $state(false);
  rail = $state(false);
  mode = $state<ComposerMode>("reply");
  /* moves on when the composer should take the keyboard */
  focusComposer = $state(0);
  composerShown = $state(false);
  /* the message at which to split, or whose flag is being answered */
  splitAt = $state<number | null>(null);
  narrow = $state(false);
  short = $state(false);
  slim = $state(false);
  railHidden = $state(false);

  constructor() {
    this.#watch("(max-width: 760px)", (on) => (this.narrow = on));
    this.#watch("(max-height: 680px)", (on) => (this.short = on));
    this.#watch("(max-width: 1000px)", (on) => (this.slim = on));
    this.#watch("(max-width: 1240px)", (on) => (this.railHidden = on));
  }

  #watch(query: string, set: (on: boolean) => void): void {
    const m = matchMedia(query);
    set(m.matches);
    m.addEventListener("change", () => set(m.matches));
  }

  compose(mode: ComposerMode): void {
    this.mode = mode;
    this.composerShown = true;
    this.focusComposer += 1;
  }

  pick(picker: Picker): void {
    this.picker = this.picker === picker ? null : picker;
  }

  /* One step back: what Escape means. True if there was something to close. */
  back(): boolean {
    if (this.overlay) this.overlay = null;
    else if (this.picker) this.picker = null;
    else if (this.nav) this.nav = false;
    else if (this.rail) this.rail = false;
    else return false;
    return true;
  }
}

export const ui = new Ui();
