/* What is done to many threads at once is one job on the server: it shows here
   at once, says how far it is, names what it could not do, and is taken back
   as one. */
import { jobAnswerShape, type Job } from "../domain/desk-types.ts";
import { stateLabels, typeLabels } from "../domain/labels.ts";
import { firstName, plural } from "../domain/names.ts";
import type { RequestType, Ticket, TicketState } from "../domain/types.ts";
import { serverNow, when } from "../lib/dates.ts";
import { change, get, why } from "../lib/fetch.ts";
import { listing } from "./listing.svelte.ts";
import { say } from "./say.svelte.ts";
import { selection } from "./selection.svelte.ts";
import { here } from "./session.svelte.ts";
import { store } from "./store.svelte.ts";

export interface Act { kind: "assign" | "state" | "type" | "snooze" | "follow" | "flag_clear"; member?: number | null; state?: TicketState; reason?: string; type?: RequestType; until_at?: number | null }
export type Asking = "assign" | "state" | "type" | "snooze" | "done" | "more" | "flags";

const ASK_MS = 1500;
/* by name; all that match may be more */
const MOST = 2000;

class Bulk {
  /* which question stands at the bar */
  asking = $state<Asking | null>(null);
  job = $state.raw<Job | null>(null);
  /* what it does, in words */
  said = $state("");
  error = $state("");
  #drop: () => void = () => {};
  #timer: ReturnType<typeof setTimeout> | null = null;

  get busy(): boolean {
    return this.job?.state === "running" || this.job?.state === "undoing";
  }

  async start(act: Act): Promise<void> {
    const ids = new Set(selection.ids);
    if (!selection.whole && ids.size > MOST) {
      this.asking = null;
      this.error = `Mark ${MOST.toLocaleString("en-GB")} at most, or take all that match.`;
      return;
    }
    const body = selection.whole ? { tickets: null, query: selection.query, act } : { tickets: [...ids], query: null, act };
    const n = selection.count;
    this.asking = null;
    this.error = "";
    this.said = wording(act);
    this.#drop();
    this.#drop = store.overlay(ids, patchOf(act));
    selection.clear();
    listing.release();
    this.job = { id: 0, act, total: n, done: 0, refused: [], state: "running", by: here.me, at: serverNow() };
    try {
      this.heard((await change("POST", "/api/bulk", body, jobAnswerShape)).job);
    } catch (reason) {
      this.#end();
      this.job = null;
      this.error = `${this.said}: not done. ${why(reason)}`;
      for (const id of ids) selection.ids.add(id);
    }
  }

  /* From the answer, the stream, or asking when the stream is silent. */
  heard(job: Job): void {
    if (job.by !== null && job.by !== here.me) return;
    if (this.job === null || (this.job.id !== 0 && this.job.id !== job.id)) return;
    const before = this.job.state;
    this.job = job;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.busy) this.#timer = setTimeout(() => void this.#look(job.id), ASK_MS);
    else if (before === "running" || before === "undoing") this.#finished(job);
  }

  async #look(id: number): Promise<void> {
    try {
      this.heard((await get(`/api/bulk/${id}`, jobAnswerShape, { background: true })).job);
    } catch {
      if (this.job?.id === id) this.#timer = setTimeout(() => void this.#look(id), ASK_MS * 4);
    }
  }

  #finished(job: Job): void {
    this.#end();
    listing.changed();
    const n = plural(job.done, "thread");
    const refused = job.refused.length > 0 ? `, ${job.refused.length} not` : "";
    if (job.state === "undone") say.show(`Taken back: ${n}${refused}`);
    else say.show(`${this.said}: ${n}${refused}`, () => void this.undo(job));
    if (job.refused.length === 0) this.job = null;
  }

  #end(): void {
    this.#drop();
    this.#drop = () => {};
    listing.release();
  }

  async undo(job: Job): Promise<void> {
    this.error = "";
    this.job = { ...job, state: "undoing", done: 0, refused: [] };
    try {
      this.heard((await change("POST", `/api/bulk/${job.id}/undo`, {}, jobAnswerShape)).job);
    } catch (reason) {
      this.job = null;
      this.error = `Not taken back. ${why(reason)}`;
    }
  }

  dismiss(): void {
    if (!this.busy) this.job = null;
    this.error = "";
  }
}

function wording(act: Act): string {
  switch (act.kind) {
    case "assign": return act.member === null || act.member === undefined ? "Unassigned" : act.member === here.me ? "Yours now" : `Given to ${firstName(store.member(act.member)?.name ?? "them")}`;
    case "state": return act.state === "closed" ? "Done" : stateLabels[act.state ?? "open"].label;
    case "type": return `Now ${typeLabels[act.type ?? "other"].label}`;
    case "snooze": return act.until_at ? `Asleep until ${when(act.until_at, serverNow(), here.zone)}` : "Awake";
    case "follow": return "Followed";
    case "flag_clear": return "Flags cleared";
  }
}

/* How a row looks while the job is under way. */
function patchOf(act: Act): (t: Ticket) => Ticket {
  switch (act.kind) {
    case "assign": return (t) => ({ ...t, assignee: act.member ?? null });
    case "state": return (t) => ({ ...t, state: act.state ?? t.state, waiting_reason: act.reason ?? null, clock: act.state === "closed" ? null : t.clock });
    case "type": return (t) => ({ ...t, type: act.type ?? t.type, type_by: "member" });
    case "snooze": return (t) => ({ ...t, snoozed: act.until_at ? { until_at: act.until_at, by: here.me, note: "" } : null });
    case "follow": return (t) => ({ ...t, followers: t.followers.includes(here.me) ? t.followers : [...t.followers, here.me] });
    case "flag_clear": return (t) => ({ ...t, flags: [] });
  }
}

export const bulk = new Bulk();
