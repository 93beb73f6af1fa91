/* Canned replies: read when first asked for, read again when the settings say
   that they have changed. */
import { cannedListShape, previewShape, type Canned, type Preview } from "../domain/desk-types.ts";
import { change, get, Refusal, why } from "../lib/fetch.ts";

class CannedReplies {
  list = $state.raw<Canned[]>([]);
  status = $state<"idle" | "ready" | "absent" | "failed">("idle");
  reason = $state("");

  async load(): Promise<void> {
    try {
      this.list = (await get("/api/canned", cannedListShape)).canned;
      this.status = "ready";
    } catch (error) {
      this.status = error instanceof Refusal && error.absent ? "absent" : "failed";
      this.reason = why(error);
    }
  }

  changed(): void {
    if (this.status !== "idle") void this.load();
  }

  preview(id: number, ticket: number): Promise<Preview> {
    return change("POST", `/api/canned/${id}/preview`, { ticket }, previewShape);
  }
}

export const canned = new CannedReplies();
