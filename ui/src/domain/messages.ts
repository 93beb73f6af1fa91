/* Rules about one message. Pure. */
import { shownName } from "./names.ts";
import type { Message, Person } from "./types.ts";

export interface Audience { short: string; full: string }

const names = (people: Person[]): string => people.map((p) => shownName(p)).join(", ");
const full = (people: Person[]): string => people.map((p) => (p.name ? `${p.name} <${p.address}>` : p.address)).join(", ");

export function audience(m: Message): Audience {
  if (m.to.length === 0 && m.cc.length === 0) return { short: "", full: "" };
  const short = `to ${names(m.to) || "nobody"}${m.cc.length > 0 ? `, cc ${names(m.cc)}` : ""}`;
  return { short, full: `to ${full(m.to)}${m.cc.length > 0 ? `\ncc ${full(m.cc)}` : ""}` };
}

/* Text is what one reads. The designed version is shown at once only when the
   text is missing or is nothing but the remains of a layout. */
export function wantsHtml(m: Message): boolean {
  if (!m.has_html) return false;
  const words = m.text.match(/\p{L}{2,}/gu)?.length ?? 0;
  if (words < 3) return true;
  const links = m.text.match(/https?:\/\//gu)?.length ?? 0;
  return links > 6 && links * 4 > words;
}

export interface Piece { text: string; signal: string | null; link: string | null }

const linkPattern = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/gu;

/* The text cut at the marks of its signals. Offsets count characters, not
   UTF-16 units: an emoji before a mark must not shift it. */
export function pieces(m: Message): Piece[] {
  const letters = Array.from(m.text);
  const found: Piece[] = [];
  let at = 0;
  for (const s of [...m.signals].sort((a, b) => a.start - b.start)) {
    if (s.start < at || s.end <= s.start || s.end > letters.length) continue;
    found.push(...linked(letters.slice(at, s.start).join("")), { text: letters.slice(s.start, s.end).join(""), signal: s.kind, link: null });
    at = s.end;
  }
  found.push(...linked(letters.slice(at).join("")));
  return found;
}

export function linked(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const m of text.matchAll(linkPattern)) {
    if (m.index > at) found.push({ text: text.slice(at, m.index), signal: null, link: null });
    found.push({ text: m[0], signal: null, link: m[0] });
    at = m.index + m[0].length;
  }
  if (at < text.length) found.push({ text: text.slice(at), signal: null, link: null });
  return found;
}

/* The quoted rest of a mail: what `full` has beyond the new words. */
export function quoted(m: Message): string | null {
  if (m.full === null) return null;
  const start = m.full.indexOf(m.text.trim());
  const rest = start >= 0 ? m.full.slice(start + m.text.trim().length) : m.full;
  return rest.trim() === "" ? null : rest.trim();
}

const soonSignals = new Set(["deadline", "urgency", "date", "quantity"]);

export const signalTone = (kind: string): "soon" | "late" => (soonSignals.has(kind) ? "soon" : "late");
