/* Asking as one types: one question at a time in the air, the newest wins, an
   answer to an older one is thrown away. */
import { searchShape, type Found } from "../domain/client-types.ts";
import { num, obj, opt, str } from "../domain/shape.ts";
import { get, Refusal, why } from "../lib/fetch.ts";
import { store } from "./store.svelte.ts";

const PAUSE_MS = 60;

/* What the server did not understand, where, in characters. */
export interface Wrong { start: number; end: number; text: string; suggest: string | null }
const wrongShape = obj({ start: num, end: num, suggest: opt(str) });

export class Finder {
  wrong = $state.raw<Wrong | null>(null);
  /* a spelling that would find something */
  suggest = $state<string | null>(null);
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
    this.wrong = null;
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
      this.suggest = page.suggest;
      this.status = "ready";
    } catch (error) {
      if (asked.signal.aborted) return;
      this.wrong = misread(error);
      /* what was found before is no answer to this */
      this.found = [];
      this.next = null;
      if (this.wrong) return;
      this.status = "failed";
      this.reason = why(error);
    } finally {
      clearTimeout(slow);
      if (this.#asked === asked) this.slow = false;
    }
  }
}

function misread(error: unknown): Wrong | null {
  if (!(error instanceof Refusal) || error.status !== 400) return null;
  try {
    return { ...wrongShape(error.body, ""), text: error.message };
  } catch {
    return null;
  }
}
