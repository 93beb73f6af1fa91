/* Messages and log lines of a thread in one order, by day. Pure. Routine of the
   machine (types, clocks) is folded where it comes in runs; what people did
   always stands in the open. */
import { dayKey, dayName } from "../lib/dates.ts";
import type { LogLine, Message } from "./types.ts";

export type Item =
  | { key: string; at: number; kind: "message"; message: Message }
  | { key: string; at: number; kind: "line"; line: LogLine }
  | { key: string; at: number; kind: "fold"; lines: LogLine[] };
export interface Day { key: string; name: string; items: Item[] }

/* What the messages themselves already say is not repeated as a line. */
const spoken = /^(mail_received|message_received|reply_queued|mail_sent|mail_deferred|mail_failed|note_added|call_logged|bounce_received|ticket_opened)$/;
const routine = /^(ticket_typed|promise_\w+|flag_raised|flag_cleared|flag_reopened)$/;
/* A reason that somebody gave stands in the open. */
const isRoutine = (l: LogLine): boolean => routine.test(l.kind) && !(l.kind === "flag_cleared" && l.text.includes(":"));

function fold(items: Item[]): Item[] {
  const found: Item[] = [];
  for (const item of items) {
    const last = found.at(-1);
    if (item.kind !== "line" || !isRoutine(item.line)) found.push(item);
    else if (last?.kind === "fold") last.lines.push(item.line);
    else if (last?.kind === "line" && isRoutine(last.line)) found[found.length - 1] = { key: `f${last.line.seq}`, at: last.at, kind: "fold", lines: [last.line, item.line] };
    else found.push(item);
  }
  return found;
}

export function timeline(messages: Message[], log: LogLine[], now: number, zone: string): Day[] {
  const items: Item[] = [
    ...messages.map((m): Item => ({ key: `m${m.id}`, at: m.at, kind: "message", message: m })),
    ...log.filter((l) => !spoken.test(l.kind) && l.text !== "").map((l): Item => ({ key: `l${l.seq}`, at: l.at, kind: "line", line: l })),
  ].sort((a, b) => a.at - b.at || Number(b.kind === "message") - Number(a.kind === "message"));
  const days: Day[] = [];
  for (const item of items) {
    const key = dayKey(item.at, zone);
    const last = days.at(-1);
    if (last?.key === key) last.items.push(item);
    else days.push({ key, name: dayName(item.at, now, zone), items: [item] });
  }
  return days.map((d) => ({ ...d, items: fold(d.items) }));
}
