/* Settings of the agency that the composer needs. */
import { agencyShape } from "../domain/client-types.ts";
import { get } from "../lib/fetch.ts";

class Desk {
  undoMs = $state(10_000);

  async load(): Promise<void> {
    const agency = await get("/api/settings/agency", agencyShape, { background: true });
    this.undoMs = agency.undo_seconds * 1000;
  }
}

export const desk = new Desk();
