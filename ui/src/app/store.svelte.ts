/* The one cache of records. What the server said is the base; what this person
   has done and the server has not yet answered lies over it as patches of the
   queue, in one place for all verbs. */
import { SvelteMap } from "svelte/reactivity";
import { emptyCounts, memberShape, threadShape, type Counts, type Member, type Message, type Outcome, type Thread, type Ticket } from "../domain/types.ts";
import { list } from "../domain/shape.ts";
import { heardServerTime } from "../lib/dates.ts";
import { get, why } from "../lib/fetch.ts";
import { queue } from "./queue.svelte.ts";
import { beat } from "./time.svelte.ts";

export interface ThreadRecord {
  thread: Thread | null;
  loading: boolean;
  /* something happened since we read it */
  stale: boolean;
  error: string | null;
}

interface Overlay { ids: ReadonlySet<number>; patch: (t: Ticket) => Ticket }

const noThread: ThreadRecord = { thread: null, loading: false, stale: true, error: null };

class Store {
  base = new SvelteMap<number, Ticket>();
  threads = new SvelteMap<number, ThreadRecord>();
  counts = $state.raw<Counts>(emptyCounts);
  members = $state.raw<Member[]>([]);
  #seqs = new Map<number, number>();
  #inFlight = new Map<number, Promise<void>>();
  /* what a job over many threads will have done to them */
  overlays = $state.raw<Overlay[]>([]);
  /* moves on when everything must be read again */
  era = $state(0);

  constructor() {
    queue.heard = (outcome) => this.heard(outcome);
  }

  ticket(id: number): Ticket | null {
    const base = this.base.get(id);
    if (!base) return null;
    const mine = queue.pending.reduce((t, c) => (c.ticket === id && c.patch ? c.patch(t) : t), base);
    return this.overlays.reduce((t, o) => (o.ids.has(id) ? o.patch(t) : t), mine);
  }

  all(): Ticket[] {
    const patched = new Set(queue.pending.flatMap((c) => (c.patch && c.ticket !== null ? [c.ticket] : [])));
    for (const o of this.overlays) for (const id of o.ids) patched.add(id);
    return [...this.base.values()].map((t) => (patched.has(t.id) ? (this.ticket(t.id) ?? t) : t));
  }

  /* Lies over the rows until the function that it gives back is called. */
  overlay(ids: ReadonlySet<number>, patch: (t: Ticket) => Ticket): () => void {
    const one = { ids, patch };
    this.overlays = [...this.overlays, one];
    return () => (this.overlays = this.overlays.filter((o) => o !== one));
  }

  /* Rows arrive by list, record, answer and stream in any order. */
  put(t: Ticket, seq: number): void {
    if ((this.#seqs.get(t.id) ?? 0) > seq) return;
    this.#seqs.set(t.id, seq);
    this.base.set(t.id, t);
  }

  putAll(tickets: Ticket[], seq: number): void {
    for (const t of tickets) this.put(t, seq);
  }

  heard(outcome: Outcome): void {
    const { ticket, message, seq } = outcome;
    if (!ticket) return;
    this.put(ticket, seq);
    const record = this.threads.get(ticket.id);
    if (!record?.thread) return;
    const messages = message ? withMessage(record.thread.messages, message) : record.thread.messages;
    this.threads.set(ticket.id, { ...record, thread: { ...record.thread, messages }, stale: true });
  }

  /* Whom the server will send an answer to: not always who began the thread. */
  answerTo(t: Ticket): Ticket["contact"] {
    return this.record(t.id).thread?.answer_to ?? t.contact;
  }

  record(id: number): ThreadRecord {
    return this.threads.get(id) ?? noThread;
  }

  /* What was said and what we are saying just now. */
  messages(id: number): Message[] {
    const known = this.record(id).thread?.messages ?? [];
    const mine = queue.pending.flatMap((c) => (c.ticket === id && c.adds ? [c.adds] : []));
    return mine.length === 0 ? known : [...known, ...mine];
  }

  member(id: number | null): Member | null {
    return id === null ? null : (this.members.find((m) => m.id === id) ?? null);
  }

  markStale(id: number): void {
    const record = this.threads.get(id);
    if (record && (!record.stale || record.error !== null)) this.threads.set(id, { ...record, stale: true, error: null });
  }

  /* One request a thread at a time. What becomes stale on the way stays
     marked, and is read once more by whoever still looks at it. */
  load(id: number, background = false): Promise<void> {
    const running = this.#inFlight.get(id);
    if (running) return running;
    const promise = this.#load(id, background);
    this.#inFlight.set(id, promise);
    return promise;
  }

  async #load(id: number, background: boolean): Promise<void> {
    this.threads.set(id, { ...this.record(id), loading: true, stale: false, error: null });
    /* It is over before its outcome is seen: who sees it may ask again. */
    try {
      const thread = await get(`/api/tickets/${id}`, threadShape, { background });
      heardServerTime(thread.now);
      this.put(thread.ticket, thread.seq);
      this.#inFlight.delete(id);
      this.threads.set(id, { thread, loading: false, stale: this.record(id).stale, error: null });
    } catch (error) {
      this.#inFlight.delete(id);
      this.threads.set(id, { ...this.record(id), loading: false, error: why(error) });
    }
  }

  /* Too far behind to catch up: forget, and let every list read again. */
  startOver(): void {
    this.#seqs.clear();
    this.base.clear();
    for (const [id, record] of this.threads) this.threads.set(id, { ...record, stale: true });
    this.era += 1;
    beat.set();
  }

  async loadMembers(): Promise<void> {
    this.members = await get("/api/members", list(memberShape), { background: true });
  }
}

function withMessage(messages: Message[], message: Message): Message[] {
  const at = messages.findIndex((m) => m.id === message.id);
  return at < 0 ? [...messages, message] : messages.with(at, message);
}

export const store = new Store();
