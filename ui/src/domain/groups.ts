/* The order of the day: groups are deadlines in plain words. Pure; the same
   order as the server's list, so that pages loaded later fit in. */
import { daysFrom, MINUTE, weekday } from "../lib/dates.ts";
import { isLate } from "./clock.ts";
import { ofClock } from "./flags.ts";
import type { Ticket } from "./types.ts";

export interface Group { key: string; label: string; urgent: boolean; ids: number[] }

export function needsYouNow(t: Ticket, now: number): boolean {
  if (t.state === "closed" || t.snoozed !== null) return false;
  if (t.clock && (isLate(t.clock, now) || (t.clock.kind === "call_back" && t.clock.state === "running"))) return true;
  return t.flags.some((f) => !ofClock(f)) && t.state !== "waiting_client";
}

interface Place { key: string; label: string; rank: number }

function running(due: number, now: number, zone: string): Place {
  if (due - now <= 30 * MINUTE) return { key: "soon", label: "Next 30 minutes", rank: 1 };
  const days = daysFrom(now, due, zone);
  if (days <= 0) return { key: "today", label: "Later today", rank: 2 };
  if (days === 1) return { key: "tomorrow", label: "Tomorrow", rank: 3 };
  if (days < 7) return { key: `day${days}`, label: weekday(due, zone), rank: 3 + days };
  return { key: "later", label: "Later", rank: 11 };
}

export function placeOf(t: Ticket, now: number, zone: string): Place {
  if (t.state === "closed") {
    const days = daysFrom(t.last_at, now, zone);
    if (days <= 0) return { key: "closed0", label: "Closed, last word today", rank: 30 };
    if (days < 7) return { key: "closed7", label: "Closed, last word this week", rank: 31 };
    return { key: "closed", label: "Closed earlier", rank: 32 };
  }
  if (t.snoozed !== null) return { key: "snoozed", label: "Snoozed", rank: 25 };
  if (needsYouNow(t, now)) return { key: "now", label: "Needs you now", rank: 0 };
  if (t.state === "waiting_client") return { key: "waiting", label: "Waiting on client", rank: 21 };
  if (t.state === "waiting_production") return { key: "production", label: "Waiting on production", rank: 20 };
  if (t.clock?.state === "running") return running(t.clock.due_at, now, zone);
  return { key: "none", label: "Nothing owed", rank: 15 };
}

const owesCall = (t: Ticket): boolean => t.clock?.kind === "call_back" && t.clock.state !== "paused";

/* A call that is owed stands above all: writing does not settle it. */
function order(a: Ticket, b: Ticket): number {
  if (owesCall(a) !== owesCall(b)) return owesCall(a) ? -1 : 1;
  if (a.clock && b.clock) return a.clock.due_at - b.clock.due_at || a.id - b.id;
  if (a.clock || b.clock) return a.clock ? -1 : 1;
  return b.last_at - a.last_at || b.id - a.id;
}

export function groupTickets(tickets: Ticket[], now: number, zone: string): Group[] {
  const found = new Map<string, { place: Place; rows: Ticket[] }>();
  for (const t of tickets) {
    const place = placeOf(t, now, zone);
    const group = found.get(place.key);
    if (group) group.rows.push(t);
    else found.set(place.key, { place, rows: [t] });
  }
  return [...found.values()]
    .sort((a, b) => a.place.rank - b.place.rank)
    .map(({ place, rows }) => ({ key: place.key, label: place.label, urgent: place.rank === 0, ids: rows.sort(order).map((t) => t.id) }));
}

