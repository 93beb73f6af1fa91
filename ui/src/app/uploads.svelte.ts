/* Files on their way into a draft. They go up one after another: a slow line
   with four at once finishes none of them. */
import { uploadShape, type Upload } from "../domain/types.ts";
import { upload, why } from "../lib/fetch.ts";

export interface Going { key: number; file: File; error: string | null }

export class Uploads {
  going = $state.raw<Going[]>([]);
  #next = 1;
  #chain: Promise<void> = Promise.resolve();

  get running(): number {
    return this.going.filter((g) => g.error === null).length;
  }

  add(files: File[], done: (u: Upload) => void): Promise<void> {
    for (const file of files) {
      const going = { key: this.#next++, file, error: null };
      this.going = [...this.going, going];
      this.#chain = this.#chain.then(() => this.#one(going, done));
    }
    return this.#chain;
  }

  async #one(going: Going, done: (u: Upload) => void): Promise<void> {
    try {
      done(await upload("/api/uploads", going.file, uploadShape));
      this.remove(going.key);
    } catch (error) {
      this.going = this.going.map((g) => (g.key === going.key ? { ...g, error: why(error) } : g));
    }
  }

  remove(key: number): void {
    this.going = this.going.filter((g) => g.key !== key);
  }
}
