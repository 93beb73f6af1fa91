/* Which suggestions this person has turned down, kept on this machine; and
   whether the server makes any. */
import { Refusal } from "../lib/fetch.ts";

const KEY = "holdfast.unlike";
const KEEP = 400;

function read(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((k) => typeof k === "string") : [];
  } catch {
    return [];
  }
}

class Dismissed {
  pairs = $state.raw<string[]>(read());
  absent = false;

  has(a: number, b: number): boolean {
    return this.pairs.includes(pair(a, b));
  }

  add(a: number, b: number): void {
    this.pairs = [pair(a, b), ...this.pairs].slice(0, KEEP);
    try {
      localStorage.setItem(KEY, JSON.stringify(this.pairs));
    } catch {
      /* It is suggested again another day. */
    }
  }

  failed(error: unknown): void {
    if (error instanceof Refusal && error.status === 405) this.absent = true;
  }
}

const pair = (a: number, b: number): string => `${Math.min(a, b)}-${Math.max(a, b)}`;

export const dismissed = new Dismissed();
