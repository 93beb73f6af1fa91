/* What the list pane shows. Rows never move under the pointer: while it is
   inside, arrivals are counted at the head of their group and shown when it
   leaves, when somebody asks, or when this person acts. */
import { groupTickets, type Group } from "../domain/groups.ts";
import { pageShape, type Ticket } from "../domain/types.ts";
import { belongs, inboxView, viewQuery, type View } from "../domain/views.ts";
import { heardServerTime } from "../lib/dates.ts";
import { get, why } from "../lib/fetch.ts";
import { savedViews } from "./saved.svelte.ts";
import { here } from "./session.svelte.ts";
import { store } from "./store.svelte.ts";
import { beat } from "./time.svelte.ts";

const PAGE = 100;
/* The open inbox is kept whole up to here; beyond, pages come on scrolling. */
const EAGER = 1000;

interface Loaded { next: string | null; rows: number; status: "loading" | "ready" | "failed"; reason: string }

const fresh: Loaded = { next: null, rows: 0, status: "loading", reason: "" };

class Listing {
  view = $state.raw<View>(inboxView);
  held = $state(false);
  shown = $state.raw<Group[]>([]);
  loaded = $state.raw<Loaded>(fresh);
  /* 150 ms after asking: only then are the shapes of rows drawn */
  slow = $state(false);
  #turn = 0;
  #busy = false;

  /* of a saved view: whom the server named, in its order */
  named = $state.raw<number[]>([]);
  #again: ReturnType<typeof setTimeout> | null = null;

  wanted: Group[] = $derived.by(() => {
    if (this.view.saved !== null) return this.#ofSaved(this.view.saved);
    const rows = store.all().filter((t: Ticket) => belongs(t, this.view, here.me));
    return groupTickets(rows, beat.minute, here.zone);
  });

  /* What a search finds cannot be decided here: the server's answer stands,
     grouped by clock or in its own order. */
  #ofSaved(id: number): Group[] {
    const rows = this.named.flatMap((n) => store.ticket(n) ?? []).filter((t) => t.merged_into === null);
    const order = savedViews.of(id)?.order ?? "due";
    if (order === "due") return groupTickets(rows, beat.minute, here.zone);
    return rows.length === 0 ? [] : [{ key: order, label: order === "newest" ? "Newest first" : "Oldest first", urgent: false, ids: rows.map((t) => t.id) }];
  }

  /* arrivals by group, while held */
  waiting: Map<string, number> = $derived.by(() => {
    const here = new Set(this.shown.flatMap((g) => g.ids));
    const found = new Map<string, number>();
    if (!this.held) return found;
    for (const g of this.wanted) {
      const n = g.ids.filter((id) => !here.has(id)).length;
      if (n > 0) found.set(this.#place(g.key), (found.get(this.#place(g.key)) ?? 0) + n);
    }
    return found;
  });

  /* A group that is not on the screen yet announces itself at the first. */
  #place(key: string): string {
    return this.shown.some((g) => g.key === key) ? key : (this.shown[0]?.key ?? key);
  }

  ids: number[] = $derived(this.shown.flatMap((g) => g.ids));

  /* To be called in an effect. */
  follow(): void {
    if (!this.held || this.shown.length === 0) this.shown = this.wanted;
  }

  release(): void {
    this.shown = this.wanted;
  }

  open(view: View): void {
    this.view = view;
    this.named = [];
    this.held = false;
    this.shown = this.wanted;
    void this.#load(view);
  }

  async #load(view: View): Promise<void> {
    const turn = ++this.#turn;
    this.#busy = false;
    this.loaded = fresh;
    this.slow = false;
    const timer = setTimeout(() => (this.slow = turn === this.#turn), 150);
    await this.#page(view, null, turn);
    clearTimeout(timer);
    this.slow = false;
    while (turn === this.#turn && this.loaded.next && view.name !== "closed" && view.name !== "all" && this.loaded.rows < EAGER) {
      await this.more();
    }
  }

  /* Something moved that a saved view may hold or lose: asked again, quietly. */
  changed(): void {
    if (this.view.saved === null || this.#again !== null) return;
    this.#again = setTimeout(() => {
      this.#again = null;
      if (this.view.saved !== null) void this.#page(this.view, null, this.#turn, Math.min(EAGER, Math.max(PAGE, this.named.length)));
    }, 600);
  }

  again(): void {
    void this.#load(this.view);
  }

  async more(): Promise<void> {
    const { next } = this.loaded;
    if (next === null || this.#busy) return;
    this.#busy = true;
    await this.#page(this.view, next, this.#turn);
    this.#busy = false;
  }

  async #page(view: View, after: string | null, turn: number, limit = PAGE): Promise<void> {
    try {
      const q = await question(view);
      q.set("limit", String(Math.min(limit, PAGE)));
      if (after !== null) q.set("after", after);
      const page = await get(`/api/tickets?${q}`, pageShape);
      heardServerTime(page.now);
      store.putAll(page.tickets, page.seq);
      if (turn === this.#turn && view.saved !== null) {
        const ids = page.tickets.map((t) => t.id);
        /* what was asked again stands before what had been loaded further down */
        this.named = after === null ? [...ids, ...(page.next === null ? [] : this.named.slice(PAGE).filter((id) => !ids.includes(id)))] : [...this.named, ...ids.filter((id) => !this.named.includes(id))];
      }
      if (turn === this.#turn) this.loaded = { next: page.next, rows: this.loaded.rows + page.tickets.length, status: "ready", reason: "" };
    } catch (error) {
      if (turn === this.#turn) this.loaded = { ...this.loaded, next: null, status: "failed", reason: why(error) };
    }
  }
}

/* A saved view is its search; it may be opened before the list of them is
   here. */
async function question(view: View): Promise<URLSearchParams> {
  if (view.saved === null) return new URLSearchParams(viewQuery(view));
  if (!savedViews.ready) await savedViews.load();
  const saved = savedViews.of(view.saved);
  if (!saved) throw new Error("There is no such view. It was deleted, or it is somebody else’s.");
  return new URLSearchParams({ q: saved.query, order: saved.order });
}

export const listing = new Listing();
