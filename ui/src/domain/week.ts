/* Working hours in words and as rows. Pure. Days are "mon" to "sun", times
   "HH:MM", "24:00" ends a day; a day without rows is closed. */
import type { Span } from "./client-types.ts";

export const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof days)[number];

export const dayLabels: Record<Day, string> = { mon: "Mon", tue: "Tue", wed: "Wed", thu: "Thu", fri: "Fri", sat: "Sat", sun: "Sun" };
export const longDays: Record<Day, string> = { mon: "Monday", tue: "Tuesday", wed: "Wednesday", thu: "Thursday", fri: "Friday", sat: "Saturday", sun: "Sunday" };

export type Week = Record<string, Span[]>;

const print = (spans: Span[]): string => spans.map(([from, to]) => `${from} to ${to}`).join(" and ");

/* "Mon to Thu, 09:00 to 18:00; Fri, 09:00 to 15:00" */
export function describeWeek(week: Week): string {
  const runs: { from: Day; to: Day; text: string }[] = [];
  for (const day of days) {
    const text = print(week[day] ?? []);
    const last = runs.at(-1);
    if (last && last.text === text && days.indexOf(day) === days.indexOf(last.to) + 1) last.to = day;
    else runs.push({ from: day, to: day, text });
  }
  const open = runs.filter((r) => r.text !== "");
  if (open.length === 0) return "No working hours";
  return open.map((r) => `${dayLabels[r.from]}${r.from === r.to ? "" : ` to ${dayLabels[r.to]}`}, ${r.text}`).join("; ");
}

export function minutes(time: string): number | null {
  const m = /^(\d{1,2}):(\d{2})$/.exec(time);
  if (!m) return null;
  const n = Number(m[1]) * 60 + Number(m[2]);
  return Number(m[2]) < 60 && n <= 1440 ? n : null;
}

/* What is wrong with the rows of one day, or null. */
export function spansError(spans: Span[]): string | null {
  let last = -1;
  for (const [from, to] of spans) {
    const a = minutes(from);
    const b = minutes(to);
    if (a === null || b === null) return "Times are written 09:00, the end of a day 24:00";
    if (b <= a) return `${to} is not after ${from}`;
    if (a < last) return `${from} is inside the hours before it`;
    last = b;
  }
  return null;
}

/* What a new row starts with: after the last, or the usual day. */
export function nextSpan(spans: Span[]): Span {
  const last = spans.at(-1);
  if (!last) return ["09:00", "18:00"];
  const start = Math.min(1380, (minutes(last[1]) ?? 720) + 60);
  const text = (n: number) => `${String(Math.floor(n / 60)).padStart(2, "0")}:${String(n % 60).padStart(2, "0")}`;
  return [text(start), text(Math.min(1440, start + 240))];
}
