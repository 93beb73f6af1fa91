/* How a flag is worded in a row: two or three words, the sentence and the
   quote are its evidence. Pure. */
import { flagLabel } from "./labels.ts";
import type { Flag, Ticket } from "./types.ts";

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

export function flagWords(f: Flag, t: Ticket): string {
  /* Counted across threads: this one alone may hold fewer. */
  if (f.kind.includes("unanswered") && t.unanswered > 2) return `${t.unanswered} unanswered`;
  const { label } = flagLabel(f.kind);
  /* A deadline says more by its own words than by its kind. */
  if (f.kind === "deadline" && f.quote && f.quote.length <= SHORT) return f.quote;
  return label;
}
