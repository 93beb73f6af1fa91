/* What is typed into the search box, read as the server reads it, for the
   screen: chips of what narrows, what may come next, which words to mark. The
   server decides what is right; this only helps to write it. Pure. */
import { requestTypes } from "./types.ts";

export interface Term { start: number; end: number; not: boolean; name: string | null; value: string; quoted: boolean }

const pattern = /(-?)(?:([\p{L}]+):)?(?:"([^"]*)("?)|(\S*))/gu;

/* Places count UTF-16 units, as the field does. */
export function terms(text: string): Term[] {
  const found: Term[] = [];
  for (const m of text.matchAll(pattern)) {
    if (m[0] === "") continue;
    const quoted = m[3] !== undefined;
    found.push({ start: m.index, end: m.index + m[0].length, not: m[1] === "-", name: m[2]?.toLowerCase() ?? null, value: (quoted ? m[3] : m[5]) ?? "", quoted });
  }
  return found;
}

export function without(text: string, term: Term): string {
  return `${text.slice(0, term.start)}${text.slice(term.end)}`.replace(/\s+/gu, " ").trim();
}

/* The words that are looked for, to be marked where they are read. */
export function lookedFor(text: string): string[] {
  return terms(text).filter((t) => !t.not && (t.name === null || t.name === "subject") && t.value.length > 1).map((t) => t.value);
}

export const operators: Record<string, string> = {
  from: "who wrote", to: "who it went to", client: "company", subject: "words of the subject", type: "request type", is: "how it stands", owner: "who has it",
  brand: "which of ours", has: "what is in it", before: "last word before", after: "last word after", due: "when it is due",
};

const values: Record<string, string[]> = {
  is: ["open", "closed", "waiting", "flagged", "late", "unassigned", "snoozed", "following", "mentioned", "undelivered", "merged", "mine"],
  has: ["attachment", "note", "call", "draft"],
  type: [...requestTypes],
  due: ["today", "late", "1h"],
  before: ["today", "7d", "30d"],
  after: ["today", "7d", "30d"],
};

export interface Known { owners: string[]; clients: string[]; brands: string[] }
export interface Completion { text: string; hint: string }

const quote = (v: string): string => (/\s/u.test(v) ? `"${v}"` : v);
const starts = (typed: string) => (v: string) => v.toLowerCase().startsWith(typed.toLowerCase()) || v.toLowerCase().split(/\s+/u).some((w) => w.startsWith(typed.toLowerCase()));

/* What may come at the cursor, and which part of the text it takes the place
   of. */
export function completions(text: string, cursor: number, known: Known): { from: number; to: number; list: Completion[] } | null {
  const term = terms(text).find((t) => t.start < cursor && cursor <= t.end);
  if (!term) return null;
  const from = term.start + (term.not ? 1 : 0);
  if (term.name === null) {
    if (term.quoted || term.value.length < 1) return null;
    const list = Object.entries(operators).filter(([o]) => o.startsWith(term.value.toLowerCase())).map(([o, hint]) => ({ text: `${o}:`, hint }));
    return list.length > 0 && term.value.length < 8 ? { from, to: term.end, list } : null;
  }
  const choices: Record<string, string[]> = { ...values, owner: ["me", "none", ...known.owners], client: known.clients, brand: known.brands };
  const list = (choices[term.name] ?? []).filter(starts(term.value)).slice(0, 7).map((v) => ({ text: `${term.name ?? ""}:${quote(v)} `, hint: "" }));
  return list.length > 0 && !(list.length === 1 && list[0]?.text.trim() === text.slice(from, term.end)) ? { from, to: term.end, list } : null;
}

/* The server counts characters; the field counts UTF-16 units. */
export function unitsAt(text: string, characters: number): number {
  return Array.from(text).slice(0, characters).join("").length;
}

/* Where in a text the words stand: small and large letters and accents alike. */
export function findAll(text: string, words: string[]): { start: number; end: number }[] {
  const fold = (s: string) => Array.from(s, (c) => {
    const plain = c.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    return plain.length === c.length ? plain : c.toLowerCase().length === c.length ? c.toLowerCase() : c;
  }).join("");
  const folded = fold(text);
  const found: { start: number; end: number }[] = [];
  for (const word of words.map((w) => fold(w.trim())).filter((w) => w !== "")) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) {
      const before = folded[at - 1] ?? " ";
      /* the beginning of a word is enough, the middle is not */
      if (!/[\p{L}\p{N}]/u.test(before)) found.push({ start: at, end: at + word.length });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}
