/* One document of the settings: read, edited in place, saved, with the
   server's reason beside the field that it names. */
import type { Shape } from "../domain/shape.ts";
import { absent, change, get, Refusal, why, type Method } from "../lib/fetch.ts";
import { say } from "./say.svelte.ts";

export class Resource<T> {
  value = $state.raw<T | null>(null);
  error = $state<string | null>(null);
  field = $state<string | null>(null);
  line = $state<number | null>(null);
  column = $state<number | null>(null);
  busy = $state(false);
  /* this server has no such part */
  missing = $state(false);
  /* the first reading is over, one way or the other */
  readonly loaded: Promise<void>;

  constructor(readonly path: string, readonly shape: Shape<T>) {
    this.loaded = this.load();
  }

  async load(): Promise<void> {
    try {
      this.value = await get(this.path, this.shape);
      this.error = null;
      this.missing = false;
    } catch (e) {
      this.missing = absent(e);
      this.#fail(e);
    }
  }

  at(field: string): string | null {
    return this.field === field ? this.error : null;
  }

  /* What is wrong and is not said at any of these fields. */
  rest(...fields: string[]): string | null {
    return this.field !== null && fields.includes(this.field) ? null : this.error;
  }

  async send(method: Method, path: string, body: unknown, said: string): Promise<boolean> {
    this.busy = true;
    this.error = this.field = null;
    this.line = this.column = null;
    try {
      await change(method, path, body, () => null);
      this.value = await get(this.path, this.shape);
      if (said) say.show(said);
      return true;
    } catch (e) {
      this.#fail(e);
      return false;
    } finally {
      this.busy = false;
    }
  }

  #fail(e: unknown): void {
    this.error = why(e);
    if (!(e instanceof Refusal)) return;
    this.field = e.field;
    this.line = e.line;
    this.column = e.column;
  }
}
