/* The live feed. One connection a browser: HTTP/1.1 allows six a host, and six
   open tabs would use them all, so one tab leads and passes on what it hears.
   Resumes exactly by log position, notices a dead line by silence (the server
   says something every 20 s), and comes back with growing pauses. It never
   counts as activity: it asks for nothing on anybody's behalf. */
import { countsShape, ticketShape } from "../domain/types.ts";
import { num, obj, opt, or, list, str } from "../domain/shape.ts";
import { EventReader, type ServerEvent } from "../lib/sse.ts";
import { beat } from "./time.svelte.ts";
import { queue } from "./queue.svelte.ts";
import { store } from "./store.svelte.ts";

const SILENCE_MS = 45_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const LOCK = "holdfast-stream";

export type Live = "connecting" | "live" | "lost";

const ticketEvent = obj({ seq: num, ticket: ticketShape, kinds: or(list(str), []), actor: opt(num) });
const clientEvent = obj({ seq: num, id: num });
const settingsEvent = obj({ what: or(str, "") });

/* A tab that comes later asks how the line is. */
type Relayed = { type: "event"; event: ServerEvent } | { type: "state"; live: Live } | { type: "hello" };

export interface Arrival { ticket: number; kinds: string[]; actor: number | null }

class Stream {
  live = $state<Live>("connecting");
  lostAt = $state<number | null>(null);
  onTicket: (arrival: Arrival) => void = () => {};
  onClient: (id: number) => void = () => {};
  onSettings: (what: string) => void = () => {};
  onBye: () => void = () => {};
  /* this tab holds the line, or has one of its own: what may happen once a
     browser (a desktop notice) happens here */
  leads = $state(false);
  #listeners = new Map<string, Set<(data: unknown) => void>>();
  #channel: BroadcastChannel | null = null;
  #stop: AbortController | null = null;
  #last = "0";

  start(seq: number): void {
    this.stop();
    this.#last = String(seq);
    const stop = new AbortController();
    this.#stop = stop;
    this.#channel = new BroadcastChannel("holdfast");
    this.#channel.onmessage = (m: MessageEvent<Relayed>) => this.#relayed(m.data);
    this.#channel.postMessage({ type: "hello" } satisfies Relayed);
    /* Without locks (plain http on another host) every tab has its own line. */
    if (!("locks" in navigator)) void this.#lead(stop.signal);
    else void navigator.locks.request(LOCK, { signal: stop.signal }, () => this.#lead(stop.signal)).catch(() => undefined);
  }

  /* The events that only one page cares for: notice, draft, presence, job,
     import, mailbox. Every tab hears them. Ends by calling what it returns. */
  on(event: string, hear: (data: unknown) => void): () => void {
    const all = this.#listeners.get(event) ?? new Set();
    all.add(hear);
    this.#listeners.set(event, all);
    return () => all.delete(hear);
  }

  stop(): void {
    this.leads = false;
    this.#stop?.abort();
    this.#channel?.close();
    this.#stop = null;
    this.#channel = null;
  }

  #relayed(m: Relayed): void {
    if (m.type === "event") this.#apply(m.event);
    else if (m.type === "state") this.#set(m.live, false);
    else if (this.leads) this.#channel?.postMessage({ type: "state", live: this.live } satisfies Relayed);
  }

  async #lead(signal: AbortSignal): Promise<void> {
    this.leads = true;
    let wait = FIRST_WAIT_MS;
    while (!signal.aborted) {
      const before = this.#last;
      const lived = await this.#connection(signal);
      if (signal.aborted) return;
      this.#set("lost", true);
      wait = lived || before !== this.#last ? FIRST_WAIT_MS : Math.min(LONGEST_WAIT_MS, wait * 2);
      await pause(wait + Math.random() * 250, signal);
    }
  }

  /* True if the line stood at all. Ends by silence, error or the server. */
  async #connection(signal: AbortSignal): Promise<boolean> {
    const silence = new AbortController();
    const both = AbortSignal.any([signal, silence.signal]);
    let timer = setTimeout(() => silence.abort(), SILENCE_MS);
    let lived = false;
    try {
      const answer = await fetch(`/api/stream?after=${this.#last}`, {
        headers: { Accept: "text/event-stream", "Last-Event-ID": this.#last, "Holdfast-Background": "1" }, credentials: "same-origin", cache: "no-store", signal: both,
      });
      if (answer.status === 401) this.onBye();
      if (!answer.ok || !answer.body) return false;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      const events = new EventReader();
      for (;;) {
        if (!lived) this.#set("live", true);
        lived = true;
        const { done, value } = await reader.read();
        if (done) return true;
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENCE_MS);
        for (const event of events.feed(value)) this.#pass(event);
      }
    } catch {
      return lived;
    } finally {
      clearTimeout(timer);
    }
  }

  #pass(event: ServerEvent): void {
    this.#channel?.postMessage({ type: "event", event } satisfies Relayed);
    this.#apply(event);
  }

  #apply(event: ServerEvent): void {
    if (event.id !== "") this.#last = event.id;
    const data: unknown = JSON.parse(event.data || "{}");
    switch (event.event) {
      case "ticket": {
        const { seq, ticket, kinds, actor } = ticketEvent(data, "ticket");
        store.put(ticket, seq);
        store.markStale(ticket.id);
        this.onTicket({ ticket: ticket.id, kinds, actor });
        return;
      }
      case "counts": store.counts = countsShape(data, "counts"); return;
      case "client": this.onClient(clientEvent(data, "client").id); return;
      case "settings": this.onSettings(settingsEvent(data, "settings").what); return;
      case "gap": store.startOver(); return;
      case "bye": this.onBye(); return;
      default: this.#listeners.get(event.event)?.forEach((hear) => hear(data)); return;
    }
  }

  #set(live: Live, tell: boolean): void {
    if (tell) this.#channel?.postMessage({ type: "state", live } satisfies Relayed);
    if (live === "lost") this.lostAt ??= Date.now();
    if (live === "live" && this.live !== "live") {
      this.lostAt = null;
      beat.set();
      queue.retry();
    }
    this.live = live;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
    signal.addEventListener("abort", done, { once: true });
  });
}

export const stream = new Stream();
