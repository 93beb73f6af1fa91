/* A clock is announced when it crosses a threshold and at no other time:
   politely when it gets close, once and plainly when it is late. Only one's
   own and nobody's. */
import { untrack } from "svelte";
import { lookOf } from "../domain/clock.ts";
import { say } from "./say.svelte.ts";
import { here } from "./session.svelte.ts";
import { store } from "./store.svelte.ts";
import { beat } from "./time.svelte.ts";

export function watchClocks(): void {
  const known = new Map<number, string>();
  $effect(() => {
    if (here.where !== "in") return;
    const now = beat.minute;
    untrack(() => look(known, now));
  });
}

function look(known: Map<number, string>, now: number): void {
  for (const t of store.base.values()) {
    const look = t.clock && t.state !== "closed" ? lookOf(t.clock, now) : "";
    const before = known.get(t.id);
    known.set(t.id, look);
    if (before === undefined || before === look || (t.assignee !== null && t.assignee !== here.me)) continue;
    if (look === "late") say.announce(`${t.client.name} is late: ${t.subject}`, true);
    else if (look === "soon" || look === "call") say.announce(`${t.client.name} is due soon: ${t.subject}`);
  }
}
