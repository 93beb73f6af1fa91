/* What a clock chip says. Pure: `now` is an argument. The due time comes from
   the server; here it is only worded. */
import { clockSpan, dayKey, hourMinute, span, spokenSpan, when, HOUR } from "../lib/dates.ts";
import { promiseLabels } from "./labels.ts";
import type { Clock } from "./types.ts";

export type ChipLook = "" | "soon" | "late" | "call" | "held" | "met";

export interface Chip {
  look: ChipLook;
  /* 0..100: the part of the ring that is still full */
  share: number;
  text: string;
  /* the whole sentence, for the tooltip and for screen readers */
  label: string;
}

/* Without a warning time from the server, the last fifth is "soon". */
function isSoon(clock: Clock, left: number, now: number): boolean {
  if (clock.warn_at !== null) return now >= clock.warn_at;
  return left < clock.target_ms / 5;
}

export function isLate(clock: Clock, now: number): boolean {
  return clock.state === "late" || (clock.state === "running" && clock.due_at <= now);
}

function timeLeft(clock: Clock, now: number, zone: string): string {
  const left = clock.due_at - now;
  if (left < HOUR) return clockSpan(left);
  if (left > 8 * HOUR && dayKey(clock.due_at, zone) !== dayKey(now, zone)) return when(clock.due_at, now, zone);
  return clock.kind === "proposal" || clock.kind === "resolution" ? hourMinute(clock.due_at, zone) : clockSpan(left);
}

/* The look alone, without the words: asked for every row each minute. */
export function lookOf(clock: Clock, now: number): ChipLook {
  if (clock.state === "paused") return "held";
  if (isLate(clock, now)) return "late";
  if (clock.kind === "call_back") return "call";
  return isSoon(clock, clock.due_at - now, now) ? "soon" : "";
}

export function chipOf(clock: Clock, now: number, zone: string): Chip {
  const words = promiseLabels[clock.kind];
  if (clock.state === "paused") {
    const left = clock.left_ms ?? Math.max(0, clock.due_at - now);
    return { look: "held", share: 0, text: `Paused ${span(left)}`, label: `Paused with ${spokenSpan(left)} left ${words.toDo}` };
  }
  const left = clock.due_at - now;
  const due = when(clock.due_at, now, zone);
  const look = lookOf(clock, now);
  if (look === "late") {
    const over = clockSpan(left);
    const lead = clock.kind === "call_back" ? "Call " : "";
    return { look, share: 0, text: `${lead}${over} late`, label: `${spokenSpan(left)} late ${words.toDo}, was due ${due}` };
  }
  const share = clock.target_ms > 0 ? Math.min(100, Math.max(2, Math.round((left / clock.target_ms) * 100))) : 50;
  const lead = words.chip ? `${words.chip} ` : "";
  return { look, share, text: lead + timeLeft(clock, now, zone), label: `${spokenSpan(left)} left ${words.toDo}, due ${due}` };
}
