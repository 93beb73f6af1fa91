/* What is being moved in. A file goes up in pieces, from wherever the server
   says it stands: a lost line, a stopped page or a restart of the server cost
   one piece. The sending outlives the screen, not the tab; after a reload the
   same file is chosen again and goes on. */
import { say } from "../../app/say.svelte.ts";
import { stream } from "../../app/stream.svelte.ts";
import { importAnswerShape, importEventShape, importsShape, labelsShape, notMbox, piecesShape, type Import, type Label, type LabelChoice } from "../../domain/import-types.ts";
import { num, obj, opt } from "../../domain/shape.ts";
import { absent, change, get, Refusal, sendBytes, Unreachable, why } from "../../lib/fetch.ts";

const PIECE = 4 * 1024 * 1024;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15_000;
const LOOK_MS = 1500;

const placeShape = obj({ received: opt(num) });

export interface Chosen { labels: LabelChoice[]; mine: string[]; takeover_at: number | null }

class Moving {
  all = $state.raw<Import[]>([]);
  loaded = $state(false);
  missing = $state(false);
  error = $state<string | null>(null);
  /* the import whose file this tab is sending, and why it waits if it does */
  sending = $state<number | null>(null);
  waits = $state<string | null>(null);
  #files = new Map<number, File>();
  #stop: AbortController | null = null;
  #watchers = 0;
  #timer: ReturnType<typeof setInterval> | null = null;

  find(id: number | null): Import | null {
    return this.all.find((i) => i.id === id) ?? null;
  }

  get latest(): Import | null {
    return this.all[0] ?? null;
  }

  has(id: number): boolean {
    return this.#files.has(id);
  }

  /* Followed by the stream, and looked at while something is being read: a
     first run has no stream yet. Ends by calling what it returns. */
  watch(): () => void {
    this.#watchers += 1;
    const stop = stream.on("import", (data) => this.put(importEventShape(data, "import").import));
    if (this.#watchers === 1) {
      this.#timer = setInterval(() => {
        if (this.all.some((i) => i.state === "reading")) void this.load(true);
      }, LOOK_MS);
    }
    void this.load();
    return () => {
      stop();
      this.#watchers -= 1;
      if (this.#watchers === 0 && this.#timer !== null) clearInterval(this.#timer);
    };
  }

  async load(background = false): Promise<void> {
    try {
      this.all = (await get("/api/imports", importsShape, { background })).imports;
      this.missing = false;
      this.error = null;
    } catch (e) {
      this.missing = absent(e);
      if (!background && !this.missing) this.error = why(e);
    }
    this.loaded = true;
  }

  put(i: Import): void {
    const known = this.all.some((x) => x.id === i.id);
    this.all = known ? this.all.map((x) => (x.id === i.id ? i : x)) : [i, ...this.all];
  }

  async fromFile(file: File, chosen: Chosen): Promise<number> {
    await this.#judge(file);
    const made = await this.#make({ source: "mbox", name: file.name, size: file.size, ...chosen });
    this.#files.set(made, file);
    void this.#send(made);
    return made;
  }

  fromFolder(mailbox: number, name: string, folder: string, chosen: Chosen): Promise<number> {
    return this.#make({ source: "imap", name, mailbox, folder, ...chosen });
  }

  /* The same file again, after a reload. */
  async again(i: Import, file: File): Promise<void> {
    if (file.size !== i.size) throw new Error(`That is another file: ${i.name} has ${i.size.toLocaleString("en-GB")} bytes, this one ${file.size.toLocaleString("en-GB")}.`);
    await this.#judge(file);
    this.#files.set(i.id, file);
    void this.#send(i.id);
  }

  pause(): void {
    this.#stop?.abort();
  }

  goOn(id: number): void {
    void this.#send(id);
  }

  async labels(id: number): Promise<Label[]> {
    return (await get(`/api/imports/${id}/labels`, labelsShape, { background: true })).labels;
  }

  start = (id: number, chosen: Chosen): Promise<void> => this.#turn(id, "start", chosen);
  stop = (id: number): Promise<void> => this.#turn(id, "stop", {});
  resume = (id: number): Promise<void> => this.#turn(id, "resume", {});

  async #turn(id: number, verb: string, body: unknown): Promise<void> {
    this.put((await change("POST", `/api/imports/${id}/${verb}`, body, importAnswerShape)).import);
  }

  async #make(body: Record<string, unknown>): Promise<number> {
    const { import: made } = await change("POST", "/api/imports", body, importAnswerShape);
    this.put(made);
    return made.id;
  }

  async #judge(file: File): Promise<void> {
    if (file.size === 0) throw new Error("The file is empty.");
    const wrong = notMbox(new Uint8Array(await file.slice(0, 8).arrayBuffer()));
    if (wrong) throw new Error(wrong);
  }

  async #send(id: number): Promise<void> {
    const file = this.#files.get(id);
    if (!file || this.sending !== null) return;
    const stop = new AbortController();
    this.#stop = stop;
    this.sending = id;
    this.waits = null;
    let wait = FIRST_WAIT_MS;
    let at = this.find(id)?.received ?? 0;
    while (at < file.size && !stop.signal.aborted) {
      try {
        at = (await sendBytes(`/api/imports/${id}/pieces?at=${at}`, file.slice(at, at + PIECE), piecesShape, stop.signal)).received;
        this.waits = null;
        wait = FIRST_WAIT_MS;
        const i = this.find(id);
        if (i) this.put({ ...i, received: at });
      } catch (e) {
        const stands = e instanceof Refusal && e.status === 409 ? placeShape(e.body ?? {}, "").received : null;
        if (stands !== null && stands !== at) {
          at = stands;
          continue;
        }
        if (stop.signal.aborted || !(e instanceof Unreachable)) {
          if (!stop.signal.aborted) this.waits = why(e);
          break;
        }
        this.waits = "The server cannot be reached. It goes on by itself.";
        await new Promise((done) => setTimeout(done, wait));
        wait = Math.min(LONGEST_WAIT_MS, wait * 2);
      }
    }
    this.sending = null;
    if (at >= file.size) {
      this.#files.delete(id);
      await this.load(true);
      say.announce("The whole file is here");
    }
  }
}

export const moving = new Moving();
