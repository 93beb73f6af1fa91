/* What is being written, a ticket each. Kept in the browser with every pause
   in typing, so that it survives a reload, a crash and a wrong click; removed
   when it has been sent. */
import type { Upload } from "../domain/types.ts";

export interface Draft {
  text: string;
  cc: string;
  /* recipients have been looked at and Cc is open */
  ccOpen: boolean;
  attachments: Upload[];
  note: string;
  call: { direction: "in" | "out"; spoke: boolean; text: string; contact: number | null };
}

const PREFIX = "holdfast.draft.";
const LIMIT = 200;

const empty = (): Draft => ({ text: "", cc: "", ccOpen: false, attachments: [], note: "", call: { direction: "out", spoke: true, text: "", contact: null } });

export const isEmpty = (d: Draft): boolean =>
  d.text.trim() === "" && d.note.trim() === "" && d.call.text.trim() === "" && d.attachments.length === 0;

function read(key: string): Draft {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    if (typeof kept === "object" && kept !== null) return { ...empty(), ...kept };
  } catch {
    /* Unreadable is the same as none. */
  }
  return empty();
}

class Drafts {
  /* whose: two people may share a machine */
  owner = 0;
  #open = new Map<number, Draft>();
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  #key(id: number): string {
    return `${PREFIX}${this.owner}.${id}`;
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
  }

  keep(id: number): void {
    const draft = this.#open.get(id);
    if (!draft) return;
    try {
      if (isEmpty(draft)) localStorage.removeItem(this.#key(id));
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
