/* Asking as one types: one question at a time in the air, the newest wins, an
   answer to an older one is thrown away. */
import { searchShape, type Found } from "../domain/client-types.ts";
import { get, why } from "../lib/fetch.ts";
import { store } from "./store.svelte.ts";

const PAUSE_MS = 60;

export class Finder {
  found = $state.raw<Found[]>([]);
  next = $state.raw<string | null>(null);
  status = $state<"idle" | "ready" | "failed">("idle");
  reason = $state("");
  slow = $state(false);
  #query = "";
  #asked: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  ask(typed: string): void {
    const query = typed.trim();
    if (query === this.#query) return;
    this.#query = query;
    this.#asked?.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (query === "") {
      this.found = [];
      this.next = null;
      this.status = "idle";
      return;
    }
    this.#timer = setTimeout(() => void this.#fetch(query, null), PAUSE_MS);
  }

  async more(): Promise<void> {
    if (this.next !== null) await this.#fetch(this.#query, this.next);
  }

  async #fetch(query: string, after: string | null): Promise<void> {
    const asked = new AbortController();
    this.#asked = asked;
    const slow = setTimeout(() => (this.slow = this.found.length === 0), 150);
    const q = new URLSearchParams(after === null ? { q: query } : { q: query, after });
    try {
      const page = await get(`/api/search?${q}`, searchShape, { signal: asked.signal });
      store.putAll(page.tickets.map(({ hit: _hit, ...row }) => row), page.seq);
      this.found = after === null ? page.tickets : [...this.found, ...page.tickets];
      this.next = page.next;
      this.status = "ready";
    } catch (error) {
      if (asked.signal.aborted) return;
      this.status = "failed";
      this.reason = why(error);
    } finally {
      clearTimeout(slow);
      if (this.#asked === asked) this.slow = false;
    }
  }
}
