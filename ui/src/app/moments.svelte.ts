/* "tomorrow 9", "fri", "in 2 days": the server knows the agency's zone and
   hours, so it is asked what a text means. One question at a time; the newest
   wins. */
import { momentsShape, type Moment } from "../domain/desk-types.ts";
import { get, why } from "../lib/fetch.ts";

const PAUSE_MS = 80;

export class Moments {
  list = $state.raw<Moment[]>([]);
  error = $state("");
  #asked: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /* For a thread, its client's next working hour is offered first. */
  constructor(readonly ticket: number | null = null) {}

  ask(typed: string): void {
    this.#asked?.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    const text = typed.trim();
    if (text === "") void this.#fetch("");
    else this.#timer = setTimeout(() => void this.#fetch(text), PAUSE_MS);
  }

  async #fetch(text: string): Promise<void> {
    const asked = new AbortController();
    this.#asked = asked;
    try {
      const q = new URLSearchParams(text === "" ? {} : { text });
      if (this.ticket !== null && text === "") q.set("for", String(this.ticket));
      const found = await get(`/api/moments${q.size > 0 ? `?${q}` : ""}`, momentsShape, { signal: asked.signal });
      this.list = found.moments;
      this.error = "";
    } catch (reason) {
      if (asked.signal.aborted) return;
      this.list = [];
      this.error = why(reason);
    }
  }
}
