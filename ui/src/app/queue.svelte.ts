/* Everything this person changes goes through here: shown at once, sent in
   order, one at a time, under an id of its own, so that sending it twice does
   it once. A command that the server refuses loses its overlay, and its reason
   stays where the action was. Without a connection commands wait; they also
   survive a reload of the tab. */
import type { Shape } from "../domain/shape.ts";
import { outcomeShape, type Message, type Outcome, type Ticket } from "../domain/types.ts";
import { change, commandId, Refusal, Unreachable, why, type Method } from "../lib/fetch.ts";

export interface Command {
  id: string;
  /* "Reply to Hannah Reyes": for the offline strip and for refusals */
  label: string;
  method: Method;
  path: string;
  body: unknown;
  ticket: number | null;
  /* how the row looks while the server has not spoken */
  patch?: (t: Ticket) => Ticket;
  adds?: Message;
  done?: (outcome: Outcome) => void;
  refused?: (reason: Refusal) => void;
}

export interface Refused { id: string; label: string; ticket: number | null; reason: string; again: () => void }

const KEY = "holdfast.queue.";
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

class Queue {
  pending = $state.raw<Command[]>([]);
  refusals = $state.raw<Refused[]>([]);
  /* since when the server has not answered us; null while it does */
  cutOff = $state<number | null>(null);
  heard: (outcome: Outcome) => void = () => {};
  signedOut: () => void = () => {};
  #owner = 0;
  #running = false;
  #wait = FIRST_WAIT_MS;
  #timer: ReturnType<typeof setTimeout> | null = null;

  send(command: Omit<Command, "id">): string {
    const id = commandId();
    this.pending = [...this.pending, { ...command, id }];
    this.#keep();
    void this.#run();
    return id;
  }

  /* True if the command had not gone out: then nothing else is to be done. */
  drop(id: string): boolean {
    const first = this.pending[0];
    if (this.#running && first?.id === id) return false;
    const left = this.pending.filter((c) => c.id !== id);
    const found = left.length < this.pending.length;
    this.pending = left;
    this.#keep();
    return found;
  }

  dismiss(id: string): void {
    this.refusals = this.refusals.filter((r) => r.id !== id);
  }

  /* The stream is back, or somebody pressed the button. */
  retry(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#wait = FIRST_WAIT_MS;
    void this.#run();
  }

  /* What one person left undone is not sent in another's name. */
  restore(member: number): void {
    if (this.#owner === member) return this.retry();
    this.#owner = member;
    try {
      const kept: unknown = JSON.parse(sessionStorage.getItem(KEY + member) ?? "[]");
      this.pending = Array.isArray(kept) ? kept.filter(isCommand) : [];
    } catch {
      sessionStorage.removeItem(KEY + member);
    }
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#running || this.#timer !== null) return;
    this.#running = true;
    for (let next = this.pending[0]; next; next = this.pending[0]) {
      if (!(await this.#one(next))) break;
    }
    this.#running = false;
  }

  async #one(command: Command): Promise<boolean> {
    try {
      const outcome = await change(command.method, command.path, command.body, outcomeShape as Shape<Outcome>, command.id);
      this.cutOff = null;
      this.#wait = FIRST_WAIT_MS;
      this.heard(outcome);
      this.#settle(command);
      command.done?.(outcome);
      return true;
    } catch (error) {
      return this.#failed(command, error);
    }
  }

  #failed(command: Command, error: unknown): boolean {
    if (error instanceof Unreachable) {
      this.cutOff ??= Date.now();
      this.#timer = setTimeout(() => {
        this.#timer = null;
        void this.#run();
      }, this.#wait);
      this.#wait = Math.min(LONGEST_WAIT_MS, this.#wait * 2);
      return false;
    }
    if (error instanceof Refusal && error.status === 401) {
      this.signedOut();
      return false;
    }
    this.#settle(command);
    if (error instanceof Refusal && command.refused) command.refused(error);
    else this.#refuse(command, why(error));
    return true;
  }

  #refuse(command: Command, reason: string): void {
    const { id, label, ticket } = command;
    const again = () => {
      this.dismiss(id);
      this.send(command);
    };
    this.refusals = [...this.refusals, { id, label, ticket, reason, again }];
  }

  #settle(command: Command): void {
    this.pending = this.pending.filter((c) => c.id !== command.id);
    this.#keep();
  }

  #keep(): void {
    try {
      const plain = this.pending.map(({ id, label, method, path, body, ticket }) => ({ id, label, method, path, body, ticket }));
      sessionStorage.setItem(KEY + this.#owner, JSON.stringify(plain));
    } catch {
      /* Without storage the queue lives as long as the tab. */
    }
  }
}

function isCommand(v: unknown): v is Command {
  return typeof v === "object" && v !== null && "id" in v && "path" in v && "method" in v && "label" in v;
}

export const queue = new Queue();
