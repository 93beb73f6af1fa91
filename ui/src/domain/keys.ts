/* Which keys may be given to an action. Letters with Alt are text on many
   keyboards, Control with Shift and a letter is the browser's, and so are its
   own shortcuts; the server refuses the same. Pure. */

const browsers = new Set([..."cdfghjlnopqrstuvwxy0123456789+-="].map((c) => `mod+${c}`));
const never = new Set(["f1", "f3", "f5", "f7", "f11", "f12", "tab", "shift+tab", "escape", "enter", "backspace"]);

function refusedStroke(stroke: string): string | null {
  const parts = stroke.split("+");
  const key = stroke.endsWith("++") ? "+" : (parts.at(-1) ?? "");
  if (parts.includes("alt")) return "Alt with a letter writes a character on many keyboards.";
  if (stroke.startsWith("mod+shift+") && /^\p{L}$/u.test(key)) return "Control with Shift and a letter belongs to the browser.";
  if (browsers.has(stroke) || never.has(stroke)) return "The browser or the page needs that key itself.";
  return null;
}

export function refusedKey(keys: string): string | null {
  const strokes = keys.split(" ").filter((s) => s !== "");
  if (strokes.length === 0) return "Press a key.";
  if (strokes.length > 2) return "Two strokes at most.";
  return strokes.map(refusedStroke).find((r) => r !== null) ?? null;
}

/* One is the other, or the beginning of it. */
export const clash = (a: string, b: string): boolean => a === b || a.startsWith(`${b} `) || b.startsWith(`${a} `);

interface Keyed { id: string; keys: string[] }

/* Which other action has that key already. */
export function taken(keys: string, id: string, all: Keyed[]): Keyed | null {
  return all.find((a) => a.id !== id && a.keys.some((k) => clash(k, keys))) ?? null;
}
