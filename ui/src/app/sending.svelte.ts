/* Replies: the held send, its undo, and what happens when somebody was faster,
   when the wrong people would read it, or the mail could not leave. The server
   holds a reply for its undo window, so undo is real even when this tab
   closes. */
import { audienceOf, type Line } from "../domain/audience.ts";
import { firstName, shownName } from "../domain/names.ts";
import { list, obj, or, str } from "../domain/shape.ts";
import { messageShape, type Message, type Ticket } from "../domain/types.ts";
import { serverNow, when } from "../lib/dates.ts";
import type { Refusal } from "../lib/fetch.ts";
import { drafts, freshReply, type Draft } from "./drafts.svelte.ts";
import { queue } from "./queue.svelte.ts";
import { say } from "./say.svelte.ts";
import { here } from "./session.svelte.ts";
import { shared } from "./shared-drafts.svelte.ts";
import { store } from "./store.svelte.ts";
import { ui } from "./ui.svelte.ts";
import { assign, said, snooze } from "./verbs.ts";

export type Then = "wait" | "close" | null;

/* What happens with the sending: at once or later, and what to the thread. */
export interface How {
  then: Then;
  sendAt?: number;
  cancelOnReply?: boolean;
  snoozeUntil?: number;
  assignTo?: number | null;
  /* the writer has looked, and means it */
  confirm?: boolean;
}

/* Why a send is held, with what the writer should look at. */
export type Hold =
  | { kind: "moved"; reason: string; arrived: Message[]; how: How }
  | { kind: "mixed"; reason: string; how: How }
  | { kind: "suppressed"; reason: string; addresses: string[]; how: How };

class Holds {
  by = $state.raw<ReadonlyMap<number, Hold>>(new Map());

  set(ticket: number, hold: Hold | null): void {
    const next = new Map(this.by);
    if (hold === null) next.delete(ticket);
    else next.set(ticket, hold);
    this.by = next;
  }
}

export const holds = new Holds();

/* What has come since the writing began: another's words, not ours. */
export function arrivedSince(t: Ticket, draft: Draft): Message[] {
  if (draft.seen === 0) return [];
  return store.messages(t.id).filter((m) => m.id > draft.seen && (m.kind === "in" || m.kind === "out") && m.from.member !== here.me && m.auto === "none" && m.delivery?.state !== "undone");
}

export const newest = (ticket: number): number => store.messages(ticket).reduce((n, m) => (m.id > n ? m.id : n), 0);

export function lineOf(t: Ticket, draft: Draft): Line {
  const audience = audienceOf(store.record(t.id).thread, t);
  return { to: draft.to ?? audience.to, cc: draft.cc ?? audience.cc };
}

type Kept = Pick<Draft, "text" | "to" | "cc" | "override" | "attachments" | "canned" | "seen">;

function bodyOf(t: Ticket, kept: Kept, how: How): Record<string, unknown> {
  const thread = store.record(t.id).thread;
  const line = lineOf(t, { ...drafts.of(t.id), ...kept });
  const plain = (all: { address: string }[]) => all.map((a) => a.address);
  const body: Record<string, unknown> = {
    text: kept.text, html: null, attachments: kept.attachments.map((a) => a.id), seen: newest(t.id), then: how.then,
    cc: thread?.audience || kept.cc ? plain(line.cc) : null,
  };
  if (thread?.audience) Object.assign(body, { to: plain(line.to), audience: thread.audience.newest });
  else if (kept.to) body["to"] = plain(kept.to);
  if (kept.override.length > 0) body["override"] = kept.override;
  if (how.sendAt !== undefined) Object.assign(body, { send_at: how.sendAt, cancel_on_reply: how.cancelOnReply !== false });
  if (how.confirm) body["confirm"] = true;
  return body;
}

function after(r: Ticket, how: How): Ticket {
  if (how.sendAt !== undefined) return r;
  return { ...r, state: how.then === "close" ? "closed" : how.then === "wait" ? "waiting_client" : r.state === "new" ? "open" : r.state, unanswered: 0 };
}

export function reply(t: Ticket, how: How, undoMs: number): void {
  const draft = drafts.of(t.id);
  const { to, cc, override, canned, seen } = draft;
  const kept: Kept = { text: draft.text.trim(), to, cc, override, canned, seen, attachments: [...draft.attachments] };
  if (kept.text === "") return;
  if (!how.confirm) {
    const arrived = arrivedSince(t, draft);
    if (arrived.length > 0) {
      hold(t, { kind: "moved", reason: "", arrived, how });
      return;
    }
  }
  const reader = lineOf(t, draft).to[0];
  const who = reader ? firstName(shownName(reader)) : t.client.name;
  const until = how.sendAt ?? serverNow() + undoMs;
  let sent: Message | null = null;
  holds.set(t.id, null);
  const id = queue.send({
    label: `Reply to ${who}`, method: "POST", path: `/api/tickets/${t.id}/reply`, ticket: t.id, body: bodyOf(t, kept, how),
    patch: (r) => after(r, how),
    adds: {
      ...said(t, "out", kept.text), ...addressed(t, draft), delivery: { state: how.sendAt === undefined ? "undo" : "scheduled", until_at: until, reason: null, cancel_on_reply: how.cancelOnReply !== false },
      attachments: kept.attachments.map((a, n) => ({ n, name: a.name, type: a.type, size: a.size, inline: false })),
    },
    done: ({ message }) => {
      sent = message;
      if (how.snoozeUntil !== undefined) snooze(store.ticket(t.id) ?? t, how.snoozeUntil, "", true);
      if (how.assignTo !== undefined) assign(store.ticket(t.id) ?? t, how.assignTo, true);
    },
    refused: (reason) => refusedSend(t, kept, how, reason),
  });
  Object.assign(draft, freshReply());
  drafts.keep(t.id);
  shared.done(t.id);
  ui.composerShown = false;
  const text = how.sendAt === undefined ? `Goes to ${who}` : `Goes to ${who} ${when(how.sendAt, serverNow(), here.zone)}`;
  const entry = say.show(text, () => {
    if (queue.drop(id)) putBack(t.id, kept);
    else if (sent) takeBack(t, sent.id, kept, how);
  }, how.sendAt === undefined ? until : null);
  if (how.sendAt === undefined) setTimeout(() => say.forget(entry.id), undoMs);
}

function addressed(t: Ticket, draft: Draft): Pick<Message, "to" | "cc"> {
  const line = lineOf(t, draft);
  const plain = ({ name, address }: { name: string; address: string }) => ({ name, address });
  return { to: line.to.map(plain), cc: line.cc.map(plain) };
}

/* The words come back, and what went with them is undone as well. */
function takeBack(t: Ticket, message: number, kept: Kept, how: How): void {
  undoSend(t.id, message, kept);
  if (how.snoozeUntil !== undefined) snooze(store.ticket(t.id) ?? t, null, "", true);
  if (how.assignTo !== undefined) assign(store.ticket(t.id) ?? t, t.assignee, true);
}

function putBack(ticket: number, kept: Partial<Draft>): void {
  const draft = drafts.of(ticket);
  const typed = draft.text.trim();
  Object.assign(draft, kept, { text: typed === "" ? kept.text : `${kept.text ?? ""}\n\n${typed}` });
  drafts.keep(ticket);
  drafts.touched(ticket);
  ui.compose("reply");
}

const problemShape = obj({ new: or(list(messageShape), []), addresses: or(list(str), []) });

function problem(reason: Refusal): { new: Message[]; addresses: string[] } {
  try {
    return problemShape(reason.body ?? {}, "");
  } catch {
    return { new: [], addresses: [] };
  }
}

function refusedSend(t: Ticket, kept: Kept, how: How, reason: Refusal): void {
  putBack(t.id, kept);
  const said = problem(reason);
  if (reason.kind.endsWith("mixed")) hold(t, { kind: "mixed", reason: reason.message, how });
  else if (reason.kind.endsWith("suppressed")) hold(t, { kind: "suppressed", reason: reason.message, addresses: said.addresses, how });
  else hold(t, { kind: "moved", reason: reason.message, arrived: said.new, how });
  store.markStale(t.id);
}

function hold(t: Ticket, what: Hold): void {
  holds.set(t.id, what);
  say.announce(`Not sent. ${what.reason || "Something arrived while you were writing"}`, true);
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

/* What waits for its hour is taken off, without coming back to be written. */
export function cancelSend(ticket: number, message: Message): void {
  queue.send({
    label: "Cancel what goes later", method: "POST", path: `/api/messages/${message.id}/undo`, body: {}, ticket,
    done: () => say.show("Will not be sent", () => putBack(ticket, { text: message.text })),
  });
}

export function sendNow(ticket: number, message: number): void {
  queue.send({ label: "Send now", method: "POST", path: `/api/messages/${message}/send-now`, body: {}, ticket, done: () => say.show("Goes out now") });
}

export function tryAgain(ticket: number, message: number): void {
  queue.send({ label: "Send again", method: "POST", path: `/api/messages/${message}/retry`, body: {}, ticket });
}

/* A failed send goes back to being a draft. */
export function edit(ticket: number, message: Message): void {
  putBack(ticket, { text: message.text });
}
