/* Replies: the held send, its undo, and what happens when somebody was faster
   or the mail could not leave. The server holds a reply for its undo window,
   so undo is real even when this tab closes. */
import { firstName, shownName } from "../domain/names.ts";
import type { Message, Ticket } from "../domain/types.ts";
import { serverNow } from "../lib/dates.ts";
import type { Refusal } from "../lib/fetch.ts";
import { drafts, type Draft } from "./drafts.svelte.ts";
import { queue } from "./queue.svelte.ts";
import { say } from "./say.svelte.ts";
import { store } from "./store.svelte.ts";
import { ui } from "./ui.svelte.ts";
import { said } from "./verbs.ts";

export type Then = "wait" | "close" | null;

/* Drafts that came back because the thread had moved on: ticket -> reason. */
class Conflicts {
  by = $state.raw<ReadonlyMap<number, string>>(new Map());

  set(ticket: number, reason: string | null): void {
    const next = new Map(this.by);
    if (reason === null) next.delete(ticket);
    else next.set(ticket, reason);
    this.by = next;
  }
}

export const conflicts = new Conflicts();

const addresses = (cc: string): string[] => cc.split(/[,;\s]+/u).filter((a) => a.includes("@"));

export function reply(t: Ticket, then: Then, undoMs: number): void {
  const draft = drafts.of(t.id);
  const kept: Pick<Draft, "text" | "cc" | "ccOpen" | "attachments"> = { text: draft.text.trim(), cc: draft.cc, ccOpen: draft.ccOpen, attachments: [...draft.attachments] };
  if (kept.text === "") return;
  const reader = store.answerTo(t);
  const who = reader ? firstName(shownName(reader)) : t.client.name;
  const until = serverNow() + undoMs;
  const seen = store.messages(t.id).reduce((newest, m) => (m.id > newest ? m.id : newest), 0);
  let sent: Message | null = null;
  conflicts.set(t.id, null);
  const id = queue.send({
    label: `Reply to ${who}`, method: "POST", path: `/api/tickets/${t.id}/reply`, ticket: t.id,
    body: { text: kept.text, html: null, cc: kept.ccOpen ? addresses(kept.cc) : null, attachments: kept.attachments.map((a) => a.id), seen, then },
    patch: (r) => ({ ...r, state: then === "close" ? "closed" : then === "wait" ? "waiting_client" : r.state === "new" ? "open" : r.state, unanswered: 0 }),
    adds: {
      ...said(t, "out", kept.text), delivery: { state: "undo", until_at: until, reason: null },
      attachments: kept.attachments.map((a, n) => ({ n, name: a.name, type: a.type, size: a.size, inline: false })),
    },
    done: ({ message }) => (sent = message),
    refused: (reason) => moved(t, kept, reason),
  });
  Object.assign(draft, { text: "", cc: "", ccOpen: false, attachments: [] });
  drafts.keep(t.id);
  ui.composerShown = false;
  const entry = say.show(`Goes to ${who}`, () => {
    if (queue.drop(id)) putBack(t.id, kept);
    else if (sent) undoSend(t.id, sent.id, kept);
  }, until);
  setTimeout(() => say.forget(entry.id), undoMs);
}

function putBack(ticket: number, kept: Partial<Draft>): void {
  const draft = drafts.of(ticket);
  const typed = draft.text.trim();
  Object.assign(draft, kept, { text: typed === "" ? kept.text : `${kept.text ?? ""}\n\n${typed}` });
  drafts.keep(ticket);
  ui.compose("reply");
}

function moved(t: Ticket, kept: Partial<Draft>, reason: Refusal): void {
  putBack(t.id, kept);
  conflicts.set(t.id, reason.message);
  say.announce(`Not sent. ${reason.message}`, true);
  store.markStale(t.id);
}

export function undoSend(ticket: number, message: number, kept: Partial<Draft> = {}): void {
  queue.send({
    label: "Undo send", method: "POST", path: `/api/messages/${message}/undo`, body: {}, ticket,
    done: ({ text }) => {
      putBack(ticket, { ...kept, text: kept.text ?? text ?? "" });
      say.announce("Not sent. The text is back in the composer");
    },
  });
}

export function tryAgain(ticket: number, message: number): void {
  queue.send({ label: "Send again", method: "POST", path: `/api/messages/${message}/retry`, body: {}, ticket });
}

/* A failed send goes back to being a draft. */
export function edit(ticket: number, message: Message): void {
  putBack(ticket, { text: message.text });
}
