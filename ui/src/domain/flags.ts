/* How a flag is worded in a row: two or three words, the sentence and the
   quote are its evidence. Pure. */
import { flagLabel } from "./labels.ts";
import type { Flag, Ticket } from "./types.ts";

export function topFlags(t: Ticket): Flag[] {
  return [...t.flags].sort((a, b) => b.points - a.points || a.id - b.id).slice(0, 2);
}

const SHORT = 22;

export function flagWords(f: Flag, t: Ticket): string {
  if (f.kind.includes("unanswered") && t.unanswered > 0) return `${t.unanswered} unanswered`;
  const { label } = flagLabel(f.kind);
  /* A deadline says more by its own words than by its kind. */
  if (f.kind === "deadline" && f.quote && f.quote.length <= SHORT) return f.quote;
  return label;
}
