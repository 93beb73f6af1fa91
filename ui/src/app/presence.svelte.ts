/* Who is where on the desk: looking at a thread, or writing in it. Said in
   passing, ended by the server after 45 s of silence; no activity of anybody's,
   and nothing waits for it. A server that does not know it is left in peace. */
import { SvelteMap } from "svelte/reactivity";
import { presenceShape, type Present } from "../domain/desk-types.ts";
import { get, Refusal, tell } from "../lib/fetch.ts";
import { here } from "./session.svelte.ts";

const EVERY_MS = 20_000;
/* a pause as long as this in typing is looking again */
const WRITING_MS = 30_000;
const SETTLED_MS = 350;

class Presence {
  by = new SvelteMap<number, Present[]>();
  #tab = crypto.getRandomValues(new Uint32Array(2)).join("-");
  #at: number | null = null;
  #wrote = 0;
  #said = "";
  #absent = false;
  #missed = 0;
  #soon: ReturnType<typeof setTimeout> | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;

  /* Others only: where one is oneself, one knows. */
  of(ticket: number): Present[] {
    return (this.by.get(ticket) ?? []).filter((p) => p.member !== here.me);
  }

  replying(ticket: number): Present[] {
    return this.of(ticket).filter((p) => p.doing === "replying");
  }

  heard(ticket: number, members: Present[]): void {
    if (members.length === 0) this.by.delete(ticket);
    else this.by.set(ticket, members);
  }

  async load(): Promise<void> {
    try {
      const { presence } = await get("/api/presence", presenceShape, { background: true });
      this.by.clear();
      for (const p of presence) this.heard(p.ticket, p.members);
    } catch (error) {
      if (error instanceof Refusal && error.absent) this.#absent = true;
    }
  }

  start(): () => void {
    this.#timer = setInterval(() => this.#say(true), EVERY_MS);
    const change = () => this.#say(true);
    const leave = () => this.at(null);
    document.addEventListener("visibilitychange", change);
    addEventListener("pagehide", leave);
    return () => {
      if (this.#timer !== null) clearInterval(this.#timer);
      document.removeEventListener("visibilitychange", change);
      removeEventListener("pagehide", leave);
    };
  }

  /* The thread that is open, or none. */
  at(ticket: number | null): void {
    if (ticket === this.#at) return;
    if (this.#at !== null && this.#said !== "" && this.#said !== "gone") this.#tell(this.#at, "gone");
    this.#at = ticket;
    this.#wrote = 0;
    this.#said = "";
    if (this.#soon !== null) clearTimeout(this.#soon);
    /* who runs down the list with J looks at nothing */
    this.#soon = ticket === null ? null : setTimeout(() => this.#say(false), SETTLED_MS);
  }

  writing(ticket: number): void {
    if (ticket !== this.#at) return;
    this.#wrote = performance.now();
    this.#say(false);
  }

  /* What was being written has gone or was dropped. */
  wrote(): void {
    this.#wrote = 0;
    this.#say(false);
  }

  #say(again: boolean): void {
    if (this.#at === null) return;
    const writes = this.#wrote > 0 && performance.now() - this.#wrote < WRITING_MS;
    const doing = document.hidden ? "gone" : writes ? "replying" : "viewing";
    if (doing === this.#said && (!again || doing === "gone")) return;
    this.#said = doing;
    this.#tell(this.#at, doing);
  }

  #tell(ticket: number, doing: string): void {
    if (this.#absent || here.where !== "in") return;
    void tell(`/api/tickets/${ticket}/presence`, { doing, tab: this.#tab }).then((status) => {
      this.#missed = status === 404 ? this.#missed + 1 : 0;
      if (status === 405 || this.#missed > 1) this.#absent = true;
    });
  }
}

export const presence = new Presence();
