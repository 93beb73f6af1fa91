/* Saved views: searches with a name, in their order, with counts. Read once,
   again when the settings say so; counted with the desk's own counts. */
import { savedAnswerShape, savedCountsShape, savedListShape, type Saved } from "../domain/desk-types.ts";
import { change, get, Refusal } from "../lib/fetch.ts";

export type SavedBody = Pick<Saved, "name" | "query" | "order" | "shared" | "members">;

const COUNT_MS = 4000;

class SavedViews {
  list = $state.raw<Saved[]>([]);
  counts = $state.raw<Record<string, number>>({});
  /* this server has no such thing */
  absent = $state(false);
  ready = $state(false);
  #timer: ReturnType<typeof setTimeout> | null = null;

  of(id: number | null): Saved | null {
    return id === null ? null : (this.list.find((v) => v.id === id) ?? null);
  }

  async load(): Promise<void> {
    try {
      const { views } = await get("/api/views", savedListShape, { background: true });
      this.list = views.sort((a, b) => a.position - b.position || a.id - b.id);
      this.ready = true;
      if (views.length > 0) void this.#count();
    } catch (error) {
      if (error instanceof Refusal && error.absent) this.absent = true;
    }
  }

  /* Something moved on the desk: count again, not at every mail. */
  moved(): void {
    if (this.absent || this.list.length === 0 || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#count();
    }, COUNT_MS);
  }

  async #count(): Promise<void> {
    try {
      this.counts = (await get("/api/views/counts", savedCountsShape, { background: true })).counts;
    } catch {
      /* A view without a number is still a view. */
    }
  }

  async create(body: SavedBody): Promise<Saved | null> {
    const { view } = await change("POST", "/api/views", body, savedAnswerShape);
    await this.load();
    return view;
  }

  async change(id: number, body: Partial<SavedBody> & { position?: number }): Promise<void> {
    await change("PATCH", `/api/views/${id}`, body, savedAnswerShape);
    await this.load();
  }

  async remove(id: number): Promise<void> {
    this.list = this.list.filter((v) => v.id !== id);
    await change("DELETE", `/api/views/${id}`, {}, () => null);
  }

  /* To another place in the list: shown at once, told afterwards. */
  async move(id: number, to: number): Promise<void> {
    const at = this.list.findIndex((v) => v.id === id);
    const one = this.list[at];
    if (!one || to < 0 || to >= this.list.length || to === at) return;
    const before = this.list;
    const rest = before.filter((v) => v.id !== id);
    this.list = [...rest.slice(0, to), one, ...rest.slice(to)].map((v, i) => ({ ...v, position: i + 1 }));
    const moved = this.list.filter((v) => before.find((b) => b.id === v.id)?.position !== v.position);
    try {
      for (const v of moved) await change("PATCH", `/api/views/${v.id}`, { position: v.position }, savedAnswerShape);
    } catch {
      await this.load();
    }
  }
}

export const savedViews = new SavedViews();
