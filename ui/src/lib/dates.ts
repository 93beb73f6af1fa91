/* The only file that reads the clock, and the only one that words a time.
   Everything is computed from the server's time: a laptop that is four
   minutes off would otherwise show clocks that nobody else sees. */

let offset = 0;

/* Called with each answer that carries `now`. */
export function heardServerTime(now: number): void {
  offset = now - Date.now();
}

export function serverNow(): number {
  return Date.now() + offset;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const pad = (n: number): string => String(n).padStart(2, "0");

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const at = `${zone} ${key}`;
  let f = formats.get(at);
  if (!f) {
    f = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone });
    formats.set(at, f);
  }
  return f;
}

/* "2026-11-10" in that zone: equal means the same day, and it sorts. Asked for
   each row of a long list, so it is remembered by the quarter of an hour: no
   zone changes its day inside one. */
export function dayKey(at: number, zone: string): string {
  if (zone !== daysOf || days.size > 20_000) {
    daysOf = zone;
    days.clear();
  }
  const quarter = Math.floor(at / QUARTER);
  let key = days.get(quarter);
  if (key === undefined) {
    key = format(zone, "day", { year: "numeric", month: "2-digit", day: "2-digit" }).format(at).split("/").reverse().join("-");
    days.set(quarter, key);
  }
  return key;
}

const QUARTER = 15 * MINUTE;
const days = new Map<number, string>();
let daysOf = "";

export function hourMinute(at: number, zone: string): string {
  return format(zone, "time", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

const daysApart = (a: number, b: number, zone: string): number =>
  Math.round((Date.parse(dayKey(b, zone)) - Date.parse(dayKey(a, zone))) / DAY);

/* The last instant there is: due when nothing runs. */
export const NEVER = 8.64e15;

/* today 15:10, this week Thu 12:00, else 20 Nov */
export function when(at: number, now: number, zone: string): string {
  if (at >= NEVER) return "later";
  const days = daysApart(now, at, zone);
  if (days === 0) return hourMinute(at, zone);
  if (Math.abs(days) < 7) return `${format(zone, "wd", { weekday: "short" }).format(at)} ${hourMinute(at, zone)}`;
  return dateOnly(at, now, zone);
}

/* With its day always, for what lies ahead: Today 15:10, Thu 12:00, Fri 20 Nov 09:00 */
export function fullWhen(at: number, now: number, zone: string): string {
  const days = daysApart(now, at, zone);
  const time = hourMinute(at, zone);
  if (days === 0) return `Today ${time}`;
  if (days === 1) return `Tomorrow ${time}`;
  const wd = format(zone, "wd", { weekday: "short" }).format(at);
  return days > 0 && days < 7 ? `${wd} ${time}` : `${wd} ${dateOnly(at, now, zone)} ${time}`;
}

export function dateOnly(at: number, now: number, zone: string): string {
  const sameYear = dayKey(at, zone).slice(0, 4) === dayKey(now, zone).slice(0, 4);
  return format(zone, sameYear ? "dm" : "dmy", { day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) }).format(at);
}

export function dayName(at: number, now: number, zone: string): string {
  const days = daysApart(now, at, zone);
  if (days === 0) return "Today";
  if (days === -1) return "Yesterday";
  if (days === 1) return "Tomorrow";
  const far = Math.abs(days) > 300;
  return format(zone, far ? "longy" : "long", { weekday: "long", day: "numeric", month: "long", ...(far ? { year: "numeric" } : {}) }).format(at).replace(",", "");
}

export function weekday(at: number, zone: string): string {
  return format(zone, "wdl", { weekday: "long" }).format(at);
}

/* 0 for Sunday, in that zone. */
export function dayNumber(at: number, zone: string): number {
  return new Date(`${dayKey(at, zone)}T00:00:00Z`).getUTCDay();
}

/* The instant at which that day ("2026-11-10") begins in that zone; null if it
   is no day. */
export function dayStart(day: string, zone: string): number | null {
  const guess = Date.parse(`${day}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(guess)) return null;
  /* twice: near a change of clocks the first offset is the other day's */
  return [0, 1].reduce((at) => guess - zoneOffset(at, zone), guess);
}

function zoneOffset(at: number, zone: string): number {
  const [h = 0, m = 0] = hourMinute(at, zone).split(":").map(Number);
  return Date.parse(`${dayKey(at, zone)}T00:00:00Z`) + h * HOUR + m * MINUTE - Math.floor(at / MINUTE) * MINUTE;
}

export const daysFrom = daysApart;

/* 6:40 under an hour, then 1 h 14, then 3 d */
export function clockSpan(ms: number): string {
  const s = Math.floor(Math.abs(ms) / 1000);
  if (s < 3600) return `${Math.floor(s / 60)}:${pad(s % 60)}`;
  if (s < 172_800) return `${Math.floor(s / 3600)} h ${pad(Math.floor((s % 3600) / 60))}`;
  return `${Math.floor(s / 86_400)} d`;
}

/* 40 s, 11 min, 1 h 30, 3 d */
export function span(ms: number): string {
  const m = Math.round(Math.abs(ms) / MINUTE);
  if (Math.abs(ms) < MINUTE) return `${Math.round(Math.abs(ms) / 1000)} s`;
  if (m < 60) return `${m} min`;
  if (m < 24 * 60) return m % 60 === 0 ? `${m / 60} h` : `${Math.floor(m / 60)} h ${pad(m % 60)}`;
  return `${Math.floor(m / 1440)} d`;
}

/* Working time has no days of 24 hours: 40 min, 8 h, 36 h */
export function workSpan(ms: number): string {
  const m = Math.round(Math.abs(ms) / MINUTE);
  if (m < 60) return `${m} min`;
  return m % 60 === 0 ? `${m / 60} h` : `${Math.floor(m / 60)} h ${pad(m % 60)}`;
}

const spoken = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? "" : "s"}`;

/* For screen readers: 12 minutes 40 seconds */
export function spokenSpan(ms: number): string {
  const s = Math.floor(Math.abs(ms) / 1000);
  const two = (big: number, unit: string, small: number, part: string) => `${spoken(big, unit)}${small ? ` ${spoken(small, part)}` : ""}`;
  if (s < 60) return spoken(s, "second");
  if (s < 3600) return two(Math.floor(s / 60), "minute", s % 60, "second");
  if (s < 172_800) return two(Math.floor(s / 3600), "hour", Math.floor((s % 3600) / 60), "minute");
  return spoken(Math.floor(s / 86_400), "day");
}

export { DAY, HOUR, MINUTE };
