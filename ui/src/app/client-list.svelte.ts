/* The list of clients, by name, page after page. */
import { clientPageShape, type ClientRow } from "../domain/client-types.ts";
import { get, why } from "../lib/fetch.ts";

const PAGE = "100";

export class ClientList {
  typed = $state("");
  rows = $state.raw<ClientRow[]>([]);
  ready = $state(false);
  slow = $state(false);
  error = $state("");
  #next: string | null = null;
  #asked: AbortController | null = null;

  ask(q: string): void {
    this.#asked?.abort();
    this.#next = null;
    void this.#fetch(q.trim(), null);
  }

  async more(): Promise<void> {
    const after = this.#next;
    this.#next = null;
    if (after !== null) await this.#fetch(this.typed.trim(), after);
  }

  async #fetch(q: string, after: string | null): Promise<void> {
    const asked = new AbortController();
    this.#asked = asked;
    const slow = setTimeout(() => (this.slow = this.rows.length === 0), 150);
    const query = new URLSearchParams({ limit: PAGE });
    if (q !== "") query.set("q", q);
    if (after !== null) query.set("after", after);
    try {
      const page = await get(`/api/clients?${query}`, clientPageShape, { signal: asked.signal });
      this.rows = after === null ? page.clients : [...this.rows, ...page.clients];
      this.#next = page.next;
      this.error = "";
      this.ready = true;
    } catch (reason) {
      if (!asked.signal.aborted) this.error = why(reason);
    } finally {
      clearTimeout(slow);
      this.slow = false;
    }
  }
}
