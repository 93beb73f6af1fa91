/* Drafts on the server. Each batch of keystrokes goes there; what comes back
   from another machine is taken over when nothing here contradicts it, and put
   beside it when something does. One writer at a time: what somebody else
   writes is shown, and can be taken over. An older server has no such route;
   then drafts live in the browser alone. */
import { SvelteMap } from "svelte/reactivity";
import { draftAnswerShape, type DraftNews, type SharedDraft } from "../domain/desk-types.ts";
import { change, get, Refusal } from "../lib/fetch.ts";
import { nothing } from "../domain/shape.ts";
import { currentId } from "./current.ts";
import { drafts, type Draft } from "./drafts.svelte.ts";
import { here } from "./session.svelte.ts";
import { store } from "./store.svelte.ts";

const PAUSE_MS = 700;
const LONGEST_MS = 3000;

/* One draft a thread: the reply if there is one, else the note. */
const kindOf = (d: Draft): "reply" | "note" => (d.text.trim() !== "" || d.attachments.length > 0 || d.note.trim() === "" ? "reply" : "note");
const textOf = (d: Draft): string => (kindOf(d) === "reply" ? d.text : d.note);
const signature = (d: Draft): string => JSON.stringify([kindOf(d), textOf(d), d.to?.map((a) => a.address) ?? null, d.cc?.map((a) => a.address) ?? null, d.attachments.map((a) => a.id), d.ready]);
const blank = (d: Draft): boolean => textOf(d).trim() === "" && d.attachments.length === 0;

class SharedDrafts {
  /* what others are writing, by ticket */
  theirs = new SvelteMap<number, SharedDraft>();
  #absent = false;
  #timers = new Map<number, { timer: ReturnType<typeof setTimeout>; first: number }>();
  /* when the server took our last batch: what it says of then is no news */
  #at = new Map<number, number>();
  #busy = new Set<number>();
  #again = new Set<number>();

  constructor() {
    drafts.changed = (id) => this.#soon(id);
  }

  #soon(id: number): void {
    if (this.#absent) return;
    const waiting = this.#timers.get(id);
    const first = waiting?.first ?? performance.now();
    if (waiting) clearTimeout(waiting.timer);
    const wait = Math.max(0, Math.min(PAUSE_MS, first + LONGEST_MS - performance.now()));
    this.#timers.set(id, { first, timer: setTimeout(() => void this.push(id), wait) });
  }

  /* Looked at when the thread is opened. */
  async look(id: number): Promise<void> {
    if (this.#absent) return;
    try {
      const { draft } = await get(`/api/tickets/${id}/draft`, draftAnswerShape, { background: true });
      this.heard(id, draft);
    } catch (error) {
      if (error instanceof Refusal && error.absent) this.#absent = true;
    }
  }

  /* From the stream. The words are fetched where somebody looks. */
  told(id: number, news: DraftNews): void {
    const row = store.base.get(id);
    if (row) store.base.set(id, { ...row, draft: news });
    if (news === null) return this.heard(id, null);
    if (news.member === here.me) {
      this.theirs.delete(id);
      if (!this.#busy.has(id) && news.at > (this.#at.get(id) ?? 0)) void this.look(id);
      return;
    }
    const before = this.theirs.get(id);
    this.theirs.set(id, { text: "", to: null, cc: null, attachments: [], kind: "reply", version: 0, ...before, ...news });
    if (currentId() === id) void this.look(id);
  }

  heard(id: number, draft: SharedDraft | null): void {
    if (draft === null || draft.member !== here.me) {
      if (draft) this.theirs.set(id, draft);
      else this.theirs.delete(id);
      if (draft === null && !this.#busy.has(id)) this.#ended(id);
      return;
    }
    this.theirs.delete(id);
    if (!this.#busy.has(id)) this.#adopt(id, draft);
  }

  /* Ours is gone from the server: sent or discarded elsewhere. What has been
     typed here since is a new one. */
  #ended(id: number): void {
    const mine = drafts.of(id);
    if (mine.version === 0) return;
    const untouched = signature(mine) === mine.kept;
    mine.version = 0;
    mine.kept = "";
    if (untouched) Object.assign(mine, kindOf(mine) === "reply" ? { text: "", attachments: [], to: null, cc: null, ready: false } : { note: "" });
    drafts.keep(id);
  }

  #adopt(id: number, draft: SharedDraft): void {
    const mine = drafts.of(id);
    if (draft.version <= mine.version) return;
    const untouched = blank(mine) || signature(mine) === mine.kept;
    const text = untouched || draft.text.includes(textOf(mine)) ? draft.text : textOf(mine).includes(draft.text) ? textOf(mine) : `${draft.text}\n\n${textOf(mine)}`;
    if (draft.kind === "note") mine.note = text;
    else Object.assign(mine, { text, to: draft.to, cc: draft.cc, attachments: draft.attachments.length > 0 ? draft.attachments : mine.attachments, ready: draft.ready });
    mine.version = draft.version;
    this.#at.set(id, draft.at);
    mine.kept = untouched ? signature(mine) : "";
    drafts.keep(id);
  }

  /* What somebody else has begun becomes ours, from their last word on. */
  take(id: number): void {
    const theirs = this.theirs.get(id);
    if (!theirs) return;
    const mine = drafts.of(id);
    this.theirs.delete(id);
    const typed = textOf(mine).trim();
    const text = typed === "" ? theirs.text : `${theirs.text}\n\n${typed}`;
    if (theirs.kind === "note") mine.note = text;
    else Object.assign(mine, { text, to: theirs.to, cc: theirs.cc, attachments: [...theirs.attachments, ...mine.attachments], ready: false });
    mine.version = theirs.version;
    drafts.keep(id);
    void this.push(id, true);
  }

  async push(id: number, take = false, last = false): Promise<void> {
    const waiting = this.#timers.get(id);
    if (waiting) clearTimeout(waiting.timer);
    this.#timers.delete(id);
    if (this.#absent || (this.theirs.has(id) && !take)) return;
    if (this.#busy.has(id)) {
      this.#again.add(id);
      return;
    }
    const mine = drafts.of(id);
    const sig = signature(mine);
    if (!take && (sig === mine.kept || (blank(mine) && mine.version === 0))) return;
    this.#busy.add(id);
    let moved = false;
    try {
      if (blank(mine)) await this.#remove(id, mine);
      else moved = await this.#put(id, mine, sig, take);
    } catch {
      /* The words are in the browser; the next keystroke tries again. */
    } finally {
      this.#busy.delete(id);
    }
    if (this.#again.delete(id) || (moved && !last)) await this.push(id, false, moved);
  }

  async #remove(id: number, mine: Draft): Promise<void> {
    mine.version = 0;
    mine.kept = "";
    drafts.keep(id);
    await change("DELETE", `/api/tickets/${id}/draft`, {}, nothing).catch(() => null);
  }

  async #put(id: number, mine: Draft, sig: string, take: boolean): Promise<boolean> {
    const plain = (list: { address: string }[] | null) => list?.map((a) => a.address) ?? null;
    const body = {
      text: textOf(mine), html: null, to: plain(mine.to), cc: plain(mine.cc), attachments: mine.attachments.map((a) => a.id), kind: kindOf(mine),
      version: mine.version, ready: mine.ready, take,
    };
    try {
      const { draft } = await change("PUT", `/api/tickets/${id}/draft`, body, draftAnswerShape);
      if (draft) {
        mine.version = draft.version;
        this.#at.set(id, draft.at);
      }
      mine.kept = sig;
      drafts.keep(id);
      return false;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.absent) this.#absent = true;
      return error.status === 409 ? this.#moved(id, mine) : false;
    }
  }

  /* Somebody holds it, or another machine of ours was there in between. True
     if ours is to be put once more. */
  async #moved(id: number, mine: Draft): Promise<boolean> {
    const { draft } = await get(`/api/tickets/${id}/draft`, draftAnswerShape, { background: true });
    if (draft === null) mine.version = 0;
    else if (draft.member === here.me) this.#adopt(id, draft);
    else this.theirs.set(id, draft);
    return draft === null || draft.member === here.me;
  }

  /* Sent, or thrown away: the server need not keep it. */
  done(id: number): void {
    const waiting = this.#timers.get(id);
    if (waiting) clearTimeout(waiting.timer);
    this.#timers.delete(id);
    const mine = drafts.of(id);
    if (mine.version > 0) void this.push(id);
  }
}

export const shared = new SharedDrafts();
