/* From keys to actions. Single keys are off while typing and can be turned off
   altogether (WCAG 2.1.4); sequences ("G I") wait a moment for their second
   key. Letters are compared by what the key produces, so that other keyboard
   layouts work; AltGr is text, never a command. */
import { actions, type Action } from "./actions.ts";
import { keymap } from "./keymap.svelte.ts";
import { prefs } from "./prefs.svelte.ts";
import { ui } from "./ui.svelte.ts";

const SEQUENCE_MS = 900;

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !/^(checkbox|radio|button|submit)$/.test(target.type);
}

export function keyName(e: KeyboardEvent): string {
  const mod = e.ctrlKey || e.metaKey ? "mod+" : "";
  const key = e.key.length === 1 ? e.key.toLowerCase() : e.key.toLowerCase();
  const letter = /^\p{L}$/u.test(e.key) || e.key.length > 1;
  return `${mod}${e.shiftKey && letter ? "shift+" : ""}${key}`;
}

class Shortcuts {
  #first = "";
  #timer: ReturnType<typeof setTimeout> | null = null;

  start(): () => void {
    const on = (e: KeyboardEvent) => this.#press(e);
    addEventListener("keydown", on);
    return () => removeEventListener("keydown", on);
  }

  #press(e: KeyboardEvent): void {
    if (e.defaultPrevented || e.isComposing || e.altKey || e.getModifierState("AltGraph")) return;
    const name = keyName(e);
    if (/^(shift|control|meta|alt)$/.test(e.key.toLowerCase())) return;
    const action = this.#find(name, e);
    if (!action) return;
    e.preventDefault();
    action.perform();
  }

  #find(name: string, e: KeyboardEvent): Action | null {
    const sequence = this.#first === "" ? "" : `${this.#first} ${name}`;
    this.#forget();
    const usable = actions.filter((a) => this.#allowed(a, e));
    const second = sequence === "" ? undefined : usable.find((a) => keymap.of(a).includes(sequence) && a.enabled());
    if (second) return second;
    if (usable.some((a) => keymap.of(a).some((k) => k.startsWith(`${name} `)))) this.#remember(name);
    return usable.find((a) => keymap.of(a).includes(name) && a.enabled()) ?? null;
  }

  #allowed(a: Action, e: KeyboardEvent): boolean {
    if (a.always) return true;
    if (typing(e.target) || ui.overlay !== null) return false;
    return prefs.singleKeys || e.ctrlKey || e.metaKey;
  }

  #remember(name: string): void {
    this.#first = name;
    this.#timer = setTimeout(() => this.#forget(), SEQUENCE_MS);
  }

  #forget(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#first = "";
  }
}

export const shortcuts = new Shortcuts();

const printed: Record<string, string> = { mod: "Ctrl", shift: "Shift", escape: "Esc", enter: "⏎", f6: "F6" };

/* "mod+k" to ["Ctrl K"], "g i" to ["G", "I"]: how keys are printed. */
export function printKeys(keys: string): string[] {
  return keys.split(" ").map((k) => k.split("+").map((part) => printed[part] ?? part.toUpperCase()).join(" "));
}
