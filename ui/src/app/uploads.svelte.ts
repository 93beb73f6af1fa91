/* Files on their way into a draft. They go up one after another: a slow line
   with four at once finishes none of them. */
import { uploadShape, type Upload } from "../domain/types.ts";
import { serverNow } from "../lib/dates.ts";
import { upload, why } from "../lib/fetch.ts";

export interface Going { key: number; file: File; error: string | null; share: number }

export class Uploads {
  going = $state.raw<Going[]>([]);
  #next = 1;
  #chain: Promise<void> = Promise.resolve();
  #stops = new Map<number, AbortController>();

  get running(): number {
    return this.going.filter((g) => g.error === null).length;
  }

  add(files: File[], done: (u: Upload) => void): Promise<void> {
    for (const file of files) {
      const going = { key: this.#next++, file: named(file), error: null, share: 0 };
      this.#stops.set(going.key, new AbortController());
      this.going = [...this.going, going];
      this.#chain = this.#chain.then(() => this.#one(going, done));
    }
    return this.#chain;
  }

  async #one(going: Going, done: (u: Upload) => void): Promise<void> {
    const stop = this.#stops.get(going.key);
    if (!stop || stop.signal.aborted) return;
    try {
      done(await upload("/api/uploads", going.file, uploadShape, (share) => this.#change(going.key, { share }), stop.signal));
      this.remove(going.key);
    } catch (error) {
      this.#change(going.key, { error: why(error) });
    }
  }

  again(key: number, done: (u: Upload) => void): void {
    const going = this.going.find((g) => g.key === key);
    if (!going) return;
    this.#change(key, { error: null, share: 0 });
    this.#chain = this.#chain.then(() => this.#one(going, done));
  }

  #change(key: number, to: Partial<Going>): void {
    this.going = this.going.map((g) => (g.key === key ? { ...g, ...to } : g));
  }

  remove(key: number): void {
    this.#stops.get(key)?.abort();
    this.#stops.delete(key);
    this.going = this.going.filter((g) => g.key !== key);
  }
}

/* A picture from the clipboard is always called image.png; two of them should
   be told apart by who receives them. */
function named(file: File): File {
  if (!/^image\.(png|jpe?g|gif|webp)$/i.test(file.name)) return file;
  const at = new Date(serverNow()).toISOString().slice(0, 19).replace("T", " ").replaceAll(":", ".");
  return new File([file], `Picture ${at}.${file.name.split(".").at(-1) ?? "png"}`, { type: file.type });
}
