/* Messages and log lines of a thread in one order, by day. Pure. */
import { dayKey, dayName } from "../lib/dates.ts";
import type { LogLine, Message } from "./types.ts";

export type Item = { key: string; at: number; message: Message; line: null } | { key: string; at: number; message: null; line: LogLine };
export interface Day { key: string; name: string; items: Item[] }

/* What the messages themselves already say is not repeated as a line. */
const spoken = /^(mail_received|message_received|mail_in|mail_appended|reply_queued|reply_sent|message_sent|note_added|call_logged)$/;

export function timeline(messages: Message[], log: LogLine[], now: number, zone: string): Day[] {
  const items: Item[] = [
    ...messages.map((m): Item => ({ key: `m${m.id}`, at: m.at, message: m, line: null })),
    ...log.filter((l) => !spoken.test(l.kind) && l.text !== "").map((l): Item => ({ key: `l${l.seq}`, at: l.at, message: null, line: l })),
  ].sort((a, b) => a.at - b.at || (a.message ? -1 : 1));
  const days: Day[] = [];
  for (const item of items) {
    const key = dayKey(item.at, zone);
    const last = days.at(-1);
    if (last?.key === key) last.items.push(item);
    else days.push({ key, name: dayName(item.at, now, zone), items: [item] });
  }
  return days;
}
