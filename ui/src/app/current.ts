/* The ticket that a key or a menu means: the open one. */
import type { Ticket } from "../domain/types.ts";
import { router } from "./routes.svelte.ts";
import { store } from "./store.svelte.ts";

export function currentId(): number | null {
  const { route } = router;
  return "ticket" in route ? route.ticket : null;
}

export function current(): Ticket | null {
  const id = currentId();
  return id === null ? null : store.ticket(id);
}
