/* A clock is announced when it crosses a threshold and at no other time:
   politely when it gets close, once and plainly when it is late. Only one's
   own and nobody's. */
import { chipOf } from "../domain/clock.ts";
import { needsYouNow } from "../domain/groups.ts";
import { say } from "./say.svelte.ts";
import { here } from "./session.svelte.ts";
import { store } from "./store.svelte.ts";
import { beat } from "./time.svelte.ts";

export function watchClocks(): void {
  const known = new Map<number, string>();
  let first = true;
  $effect(() => {
    if (here.where !== "in") return;
    const now = beat.minute;
    for (const t of store.all()) {
      const look = t.clock && t.state !== "closed" ? chipOf(t.clock, now, here.zone).look : "";
      const before = known.get(t.id);
      known.set(t.id, look);
      if (first || before === undefined || before === look || (t.assignee !== null && t.assignee !== here.me)) continue;
      if (look === "late") say.announce(`${t.client.name} is late: ${t.subject}`, true);
      else if (look === "soon" || (look === "call" && needsYouNow(t, now))) say.announce(`${t.client.name} is due soon: ${t.subject}`);
    }
    first = first && known.size === 0;
  });
}
