/* What is being written, a ticket each. Kept in the browser with every pause
   in typing, so that it survives a reload, a crash and a wrong click; and on
   the server (shared-drafts), so that it survives the machine and others see
   it. Removed when it has been sent. */
import { SvelteMap } from "svelte/reactivity";
import type { Address } from "../domain/audience.ts";
import type { Upload } from "../domain/types.ts";

export interface Draft {
  text: string;
  /* whom it goes to, once somebody has changed it; null: as the server says */
  to: Address[] | null;
  cc: Address[] | null;
  /* suppressed addresses to try all the same */
  override: string[];
  attachments: Upload[];
  /* the canned reply that it began with */
  canned: number | null;
  /* the newest message there was when the writing began */
  seen: number;
  note: string;
  call: { direction: "in" | "out"; spoke: boolean; text: string; contact: number | null };
  /* what of it the server has, and under which version */
  version: number;
  kept: string;
  ready: boolean;
}

const PREFIX = "holdfast.draft.";
const LIMIT = 200;

const empty = (): Draft => ({
  text: "", to: null, cc: null, override: [], attachments: [], canned: null, seen: 0, note: "",
  call: { direction: "out", spoke: true, text: "", contact: null }, version: 0, kept: "", ready: false,
});

const nothingWritten = (d: Draft): boolean => d.text.trim() === "" && d.note.trim() === "" && d.attachments.length === 0;

export const isEmpty = (d: Draft): boolean => nothingWritten(d) && d.call.text.trim() === "";

/* A reply that has gone leaves a fresh page; what is noted beside it stays. */
export const freshReply = (): Pick<Draft, "text" | "to" | "cc" | "override" | "attachments" | "canned" | "seen" | "ready"> =>
  ({ text: "", to: null, cc: null, override: [], attachments: [], canned: null, seen: 0, ready: false });

function read(key: string): Draft {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    if (typeof kept !== "object" || kept === null) return empty();
    const draft = { ...empty(), ...kept };
    return { ...draft, to: Array.isArray(draft.to) ? draft.to : null, cc: Array.isArray(draft.cc) ? draft.cc : null };
  } catch {
    /* Unreadable is the same as none. */
    return empty();
  }
}

class Drafts {
  /* whose: two people may share a machine */
  #owner = 0;
  #open = new Map<number, Draft>();
  #timers = new Map<number, ReturnType<typeof setTimeout>>();
  /* in which threads something of mine is waiting to be finished */
  mine = new SvelteMap<number, true>();
  /* told of every change: the sharing of drafts listens here */
  changed: (id: number) => void = () => {};

  get owner(): number {
    return this.#owner;
  }

  set owner(member: number) {
    this.#owner = member;
    this.mine.clear();
    const before = `${PREFIX}${member}.`;
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(before)) this.mine.set(Number(key.slice(before.length)), true);
    } catch {
      /* A forbidden storage has nothing in it. */
    }
  }

  #key(id: number): string {
    return `${PREFIX}${this.#owner}.${id}`;
  }

  of(id: number): Draft {
    let draft = this.#open.get(id);
    if (!draft) {
      const made = $state(read(this.#key(id)));
      draft = made;
      this.#open.set(id, made);
    }
    return draft;
  }

  /* Called on each change; writes at the next pause. */
  touched(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.set(id, setTimeout(() => this.keep(id), 300));
    this.changed(id);
  }

  keep(id: number): void {
    const draft = this.#open.get(id);
    if (!draft) return;
    const gone = isEmpty(draft);
    if (gone) this.mine.delete(id);
    else if (!this.mine.has(id)) this.mine.set(id, true);
    try {
      if (gone && draft.version === 0) localStorage.removeItem(this.#key(id));
      else localStorage.setItem(this.#key(id), JSON.stringify(draft));
    } catch {
      this.#makeRoom();
    }
  }

  keepAll(): void {
    for (const id of this.#open.keys()) this.keep(id);
  }

  #makeRoom(): void {
    const keys = Object.keys(localStorage).filter((k) => k.startsWith(PREFIX));
    for (const key of keys.slice(0, Math.max(1, keys.length - LIMIT))) localStorage.removeItem(key);
  }
}

export const drafts = new Drafts();
