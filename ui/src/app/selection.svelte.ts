/* Which rows are marked, for what is done to many at once. Marks are ids, so
   rows may move meanwhile; "all that match" is the question itself, and how
   many that are is the server's count. */
import { SvelteSet } from "svelte/reactivity";
import { countShape } from "../domain/desk-types.ts";
import { viewWords } from "../domain/views.ts";
import { get } from "../lib/fetch.ts";
import { currentId } from "./current.ts";
import { listing } from "./listing.svelte.ts";
import { router } from "./routes.svelte.ts";
import { savedViews } from "./saved.svelte.ts";
import { here } from "./session.svelte.ts";
import { store } from "./store.svelte.ts";

class Selection {
  ids = new SvelteSet<number>();
  /* all that the list asks for, also those that are not on the page */
  whole = $state(false);
  /* how many that would be; null until counted */
  matching = $state<number | null>(null);
  #anchor: number | null = null;

  get on(): boolean {
    return this.ids.size > 0;
  }

  get count(): number {
    return this.whole ? (this.matching ?? this.ids.size) : this.ids.size;
  }

  /* Every row on the page was marked: more may match than were here. */
  full = $state(false);

  toggle(id: number): void {
    this.whole = this.full = false;
    if (this.ids.has(id)) this.ids.delete(id);
    else this.ids.add(id);
    this.#anchor = id;
  }

  /* From the last mark to here, both included. */
  to(id: number): void {
    const { ids } = listing;
    const a = ids.indexOf(this.#anchor ?? currentId() ?? id);
    const b = ids.indexOf(id);
    if (a < 0 || b < 0) return;
    for (const one of ids.slice(Math.min(a, b), Math.max(a, b) + 1)) this.ids.add(one);
    this.#anchor = id;
  }

  /* Marks this row and the next, and goes there. */
  extend(by: 1 | -1): void {
    const { route } = router;
    if (route.at !== "inbox") return;
    const { ids } = listing;
    const at = route.ticket === null ? -1 : ids.indexOf(route.ticket);
    const next = ids[at < 0 ? 0 : at + by];
    if (route.ticket !== null) this.ids.add(route.ticket);
    if (next === undefined) return;
    this.ids.add(next);
    this.#anchor = next;
    router.go({ ...route, ticket: next }, "replace");
  }

  all(): void {
    for (const id of listing.ids) this.ids.add(id);
    this.full = true;
    void this.#countMatching();
  }

  /* The list's own question, as search words. */
  get query(): string {
    const { view } = listing;
    const client = view.client === null ? "" : ([...store.base.values()].find((t) => t.client.id === view.client)?.client.name ?? "");
    return viewWords(view, (id) => (id === here.me ? "me" : (store.member(id)?.name ?? "")), client, savedViews.of(view.saved)?.query ?? "");
  }

  async #countMatching(): Promise<void> {
    this.matching = null;
    try {
      this.matching = (await get(`/api/tickets/count?${new URLSearchParams({ q: this.query })}`, countShape)).count;
    } catch {
      /* Without a count only what is on the page can be marked. */
    }
  }

  takeWhole(): void {
    if (this.matching !== null) this.whole = true;
  }

  clear(): void {
    this.ids.clear();
    this.whole = this.full = false;
    this.matching = null;
    this.#anchor = null;
  }
}

export const selection = new Selection();
