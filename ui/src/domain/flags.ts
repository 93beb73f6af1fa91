/* How a flag is worded: two or three words in a row, a sentence and the quote
   where there is room for its evidence. Pure. */
import { span } from "../lib/dates.ts";
import { flagLabel } from "./labels.ts";
import type { Flag, Message, Ticket } from "./types.ts";

/* Flags that say what the clock chip says already. */
const clockFlags = new Set(["breached", "due_soon"]);

export const ofClock = (f: Flag): boolean => clockFlags.has(f.kind);

/* What is shown as evidence, the heaviest first. */
export function signs(t: Ticket): Flag[] {
  return t.flags.filter((f) => !ofClock(f)).sort((a, b) => b.points - a.points || a.id - b.id);
}

export function topFlags(t: Ticket): Flag[] {
  return signs(t).slice(0, 2);
}

const SHORT = 22;

/* Unanswered are counted across the client's threads, as the rule does. */
const unanswered = (t: Ticket): number => Math.max(t.client.unanswered, t.unanswered);

export function flagWords(f: Flag, t: Ticket): string {
  if (f.kind.includes("unanswered") && unanswered(t) > 1) return `${unanswered(t)} unanswered`;
  const { label } = flagLabel(f.kind);
  /* A deadline says more by its own words than by its kind. */
  if (f.kind === "deadline" && f.quote && f.quote.length <= SHORT) return f.quote;
  return label;
}

const numbers = ["", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];

export function flagSentence(f: Flag, t: Ticket, now: number): string {
  if (f.kind.includes("unanswered") && unanswered(t) > 1) {
    const n = unanswered(t);
    const since = t.client.unanswered_since;
    return `${numbers[n] ?? n} messages unanswered${since === null ? "" : ` for ${span(now - since)}`}${n > t.unanswered ? ", across threads" : ""}`;
  }
  return f.text;
}

/* One sentence is evidence once: a second flag on it quotes the next place
   that it saw, if there is one. */
export function quotesOf(flags: Flag[], messages: Message[]): Map<number, string> {
  const found = new Map<number, string>();
  const used = new Set<string>();
  for (const f of flags) {
    const m = messages.find((one) => one.id === f.message);
    const letters = m ? Array.from(m.text) : [];
    const others = (m?.signals ?? []).filter((s) => s.kind === f.kind).map((s) => letters.slice(s.start, s.end).join(""));
    const quote = [f.quote ?? "", ...others].find((q) => q !== "" && !used.has(q));
    if (quote === undefined) continue;
    used.add(quote);
    found.set(f.id, quote);
  }
  return found;
}
