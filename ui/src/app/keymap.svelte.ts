/* The keys as this person has them: the actions' own, and over them what was
   changed, which the server keeps. */
import { keysShape } from "../domain/desk-types.ts";
import { change, get, Refusal, why } from "../lib/fetch.ts";

class Keymap {
  own = $state.raw<Record<string, string>>({});
  /* this server keeps none: then there is nothing to change */
  absent = $state(false);

  of(action: { id: string; keys: string[] }): string[] {
    const mine = this.own[action.id];
    return mine === undefined ? action.keys : mine === "" ? [] : [mine];
  }

  /* For a button that shows its key. */
  first(id: string, otherwise: string): string {
    return this.own[id] ?? otherwise;
  }

  async load(): Promise<void> {
    try {
      this.own = (await get("/api/session/keys", keysShape, { background: true })).keys;
    } catch (error) {
      if (error instanceof Refusal && error.absent) this.absent = true;
    }
  }

  /* Empty is no key. Null puts the action's own key back. The reason, if the server refuses. */
  async set(id: string, key: string | null): Promise<string | null> {
    const before = this.own;
    const { [id]: _old, ...rest } = before;
    this.own = key === null ? rest : { ...rest, [id]: key };
    try {
      await change("PUT", "/api/session/keys", { keys: this.own }, () => null);
      return null;
    } catch (error) {
      this.own = before;
      return why(error);
    }
  }

  async resetAll(): Promise<void> {
    this.own = {};
    await change("PUT", "/api/session/keys", { keys: {} }, () => null).catch(() => null);
  }
}

export const keymap = new Keymap();
