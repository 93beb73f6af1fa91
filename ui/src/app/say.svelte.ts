/* What is said aloud and what floats: the two live regions for screen
   readers, and the toast with its undo. */
import { serverNow } from "../lib/dates.ts";

export interface Undoable {
  id: number;
  text: string;
  at: number;
  /* when it becomes final: shown counting down */
  until: number | null;
  /* null: said, but there is nothing to take back */
  undo: (() => void) | null;
}

const TOAST_MS = 10_000;
const HISTORY = 20;

class Say {
  polite = $state("");
  assertive = $state("");
  toast = $state.raw<Undoable | null>(null);
  history = $state.raw<Undoable[]>([]);
  #next = 1;
  #timer: ReturnType<typeof setTimeout> | null = null;

  announce(text: string, urgent = false): void {
    if (urgent) this.assertive = text;
    else this.polite = text;
  }

  show(text: string, undo: (() => void) | null = null, until: number | null = null): Undoable {
    const entry = { id: this.#next++, text, at: serverNow(), until, undo };
    const ms = until === null ? TOAST_MS : until - serverNow();
    this.toast = entry;
    if (undo) this.history = [entry, ...this.history].slice(0, HISTORY);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(entry.id), ms);
    return entry;
  }

  hide(id: number): void {
    if (this.toast?.id === id) this.toast = null;
  }

  /* No longer possible: the message has left, or the thing was undone. */
  forget(id: number): void {
    this.hide(id);
    this.history = this.history.filter((e) => e.id !== id);
  }

  undo(entry: Undoable | undefined = this.history[0]): void {
    if (!entry?.undo) return;
    this.forget(entry.id);
    entry.undo();
  }
}

export const say = new Say();
