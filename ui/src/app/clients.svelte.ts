/* Client records, read when looked at, read again when the stream says that
   one has changed. */
import { SvelteMap } from "svelte/reactivity";
import { clientShape, type ClientRecord } from "../domain/client-types.ts";
import { get } from "../lib/fetch.ts";
import { store } from "./store.svelte.ts";

class Clients {
  records = new SvelteMap<number, ClientRecord>();
  #inFlight = new Set<number>();
  /* changed while it was being read */
  #again = new Set<number>();

  async load(id: number, background = false): Promise<void> {
    if (this.#inFlight.has(id)) {
      this.#again.add(id);
      return;
    }
    this.#inFlight.add(id);
    try {
      const record = await get(`/api/clients/${id}`, clientShape, { background });
      store.putAll(record.tickets, record.seq);
      this.records.set(id, record);
    } finally {
      this.#inFlight.delete(id);
    }
    if (this.#again.delete(id)) await this.load(id, true);
  }

  changed(id: number): void {
    if (this.records.has(id)) void this.load(id, true).catch(() => undefined);
  }
}

export const clients = new Clients();
