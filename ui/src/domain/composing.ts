/* Small checks before something leaves the house, and the marks that a writer
   leaves in a text: placeholders and names. Pure. */

const fileWords = /\b(attach(ed|ment|ing)?|enclosed|im anhang|anbei|angehängt|pièce jointe|ci-joint|adjunto|in allegato|bijlage)\b/iu;

const own = (text: string): string => text.replace(/^>.*$/gmu, "");

export function mentionsFile(text: string): boolean {
  return fileWords.test(own(text));
}

const greeting = /^\s*(?:hi|hello|dear|hey|hallo|liebe[r]?|bonjour|salut|ciao|hola|olá|hoi|beste)\s+(\p{L}[\p{L}’'-]+)/iu;
const everybody = /^(all|both|everyone|everybody|team|there|folks|zusammen|alle|tous|todos|tutti|mr|mrs|ms|dr|herr|frau)$/iu;

/* "Hi Marcus" to Hannah: the name, when nobody who will read it bears it. */
export function wrongName(text: string, readers: { name: string; address: string }[]): string | null {
  const name = greeting.exec(own(text))?.[1];
  if (name === undefined || !/^\p{Lu}/u.test(name) || everybody.test(name) || readers.some((r) => r.name === "")) return null;
  const wanted = name.toLowerCase();
  const known = readers.flatMap((r) => `${r.name} ${r.address}`.toLowerCase().split(/[^\p{L}’'-]+/u));
  return known.some((word) => word !== "" && (word.startsWith(wanted) || (word.length > 2 && wanted.startsWith(word)))) ? null : name;
}

export interface Hole { text: string; start: number; end: number }

/* Placeholders that nobody has filled in: {{due}}. */
export function holes(text: string): Hole[] {
  return [...text.matchAll(/\{\{\s*[\w.]+\s*\}\}/gu)].map((m) => ({ text: m[0], start: m.index, end: m.index + m[0].length }));
}

/* What stands between the cursor and the mark that began it, if one is being
   typed: "@to|" gives "to"; "/thanks|" at the beginning of a line, "thanks". */
export function typingAfter(mark: "@" | "/", text: string, cursor: number): { from: number; typed: string } | null {
  const before = text.slice(0, cursor);
  const pattern = mark === "@" ? /(?:^|[\s(])@([\p{L}\p{N}.'’-]*(?: [\p{L}\p{N}.'’-]*)?)$/u : /(?:^|\n)\/([\p{L}\p{N}-]*)$/u;
  const found = pattern.exec(before);
  if (!found || found[1] === undefined) return null;
  return { from: cursor - found[1].length - 1, typed: found[1] };
}

interface Named { id: number; name: string; active: boolean }

/* Who is named in a note. The whole name, or the first one when it is the
   only such name on the desk. */
export function mentioned(text: string, members: Named[]): number[] {
  const lower = text.toLowerCase();
  const here = (name: string) => new RegExp(`(^|[\\s(])@${name.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&")}(?![\\p{L}\\p{N}])`, "u").test(lower);
  const first = (m: Named) => (m.name.split(/\s+/u)[0] ?? "").toLowerCase();
  return members.filter((m) => m.active && (here(m.name.toLowerCase()) || (members.filter((o) => o.active && first(o) === first(m)).length === 1 && here(first(m))))).map((m) => m.id);
}
