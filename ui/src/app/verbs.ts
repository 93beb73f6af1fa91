/* What can be done to a ticket. Each verb is one command with the look of its
   result, what to say, and how to take it back. Keyboard, palette, menus and
   buttons all end here. */
import { mentioned } from "../domain/composing.ts";
import { promiseLabels, stateLabels, typeLabels } from "../domain/labels.ts";
import { firstName, shownName } from "../domain/names.ts";
import type { Message, RequestType, Role, Ticket, TicketState } from "../domain/types.ts";
import { serverNow, when } from "../lib/dates.ts";
import { router } from "./routes.svelte.ts";
import { listing } from "./listing.svelte.ts";
import { queue } from "./queue.svelte.ts";
import { say } from "./say.svelte.ts";
import { here } from "./session.svelte.ts";
import { ui } from "./ui.svelte.ts";
import { store } from "./store.svelte.ts";

interface Change {
  label: string;
  /* said in the toast; empty: nothing is said */
  said: string;
  path: string;
  body: unknown;
  patch?: (t: Ticket) => Ticket;
  undo?: { path: string; body: unknown; patch?: (t: Ticket) => Ticket };
  /* the thread is left by it, so taking it back comes back to the thread */
  leaves?: boolean;
}

function make(t: Ticket, c: Change): void {
  const id = queue.send({ label: c.label, method: "POST", path: c.path, body: c.body, ticket: t.id, ...(c.patch ? { patch: c.patch } : {}) });
  listing.release();
  if (c.said === "") return;
  const { undo } = c;
  say.show(c.said, undo ? () => {
    const { route } = router;
    if (c.leaves && "ticket" in route && !ui.narrow) router.go({ ...route, ticket: t.id }, "replace");
    if (queue.drop(id)) return;
    queue.send({ label: `Undo: ${c.label}`, method: "POST", path: undo.path, body: undo.body, ticket: t.id, ...(undo.patch ? { patch: undo.patch } : {}) });
    listing.release();
  } : null);
}

export function assign(t: Ticket, member: number | null, quietly = false): void {
  if (t.assignee === member) return;
  const name = store.member(member)?.name;
  const path = `/api/tickets/${t.id}/assign`;
  make(t, {
    label: `Assign ${t.client.name}`,
    said: quietly ? "" : member === null ? `${t.client.name} is unassigned` : member === here.me ? `${t.client.name} is yours` : `${t.client.name} goes to ${name ?? "them"}`,
    path, body: { member }, patch: (r) => ({ ...r, assignee: member }),
    undo: { path, body: { member: t.assignee }, patch: (r) => ({ ...r, assignee: t.assignee }) },
  });
}

export function setType(t: Ticket, type: RequestType): void {
  if (t.type === type) return;
  const path = `/api/tickets/${t.id}/type`;
  make(t, {
    label: `Type of ${t.client.name}`, said: `${t.client.name} is now ${typeLabels[type].label}`,
    path, body: { type }, patch: (r) => ({ ...r, type, type_by: "member" }),
    undo: { path, body: { type: t.type }, patch: (r) => ({ ...r, type: t.type, type_by: t.type_by }) },
  });
}

export function setState(t: Ticket, state: TicketState, reason: string | null = null): void {
  if (t.state === state || state === "new") return;
  const path = `/api/tickets/${t.id}/state`;
  const back = t.state === "new" ? "open" : t.state;
  if (state === "closed") step(t);
  make(t, {
    label: `${stateLabels[state].label}: ${t.client.name}`,
    said: state === "closed" ? `Done: ${t.client.name}` : `${t.client.name}: ${stateLabels[state].label.toLowerCase()}`,
    path, body: { state, reason }, leaves: state === "closed",
    patch: (r) => ({ ...r, state, waiting_reason: reason, clock: state === "closed" ? null : r.clock }),
    undo: { path, body: { state: back, reason: t.waiting_reason }, patch: (r) => ({ ...r, state: t.state, waiting_reason: t.waiting_reason, clock: t.clock }) },
  });
}

/* Finishing one moves to the next, never back to the top. */
function step(t: Ticket): void {
  const { route } = router;
  if (route.at !== "inbox" || route.ticket !== t.id) return;
  const at = listing.ids.indexOf(t.id);
  const next = listing.ids[at + 1] ?? listing.ids[at - 1] ?? null;
  router.go({ ...route, ticket: next }, "replace");
}

export function note(t: Ticket, text: string): void {
  const adds = said(t, "note", text);
  const mentions = mentioned(text, store.members);
  const body = mentions.length > 0 ? { text, mentions } : { text };
  queue.send({ label: `Note on ${t.client.name}`, method: "POST", path: `/api/tickets/${t.id}/notes`, body, ticket: t.id, adds });
  const names = mentions.map((id) => firstName(store.member(id)?.name ?? ""));
  say.announce(names.length > 0 ? `Note added. ${names.join(", ")} will be told` : "Note added");
}

/* Out of sight until then. Clocks go on: what comes due wakes it, so does a
   mail; the answer names what runs. */
export function snooze(t: Ticket, until: number | null, why: string, quietly = false): void {
  const path = `/api/tickets/${t.id}/snooze`;
  if (until === null && t.snoozed === null) return;
  const now = serverNow();
  const shows = (r: Ticket, at: number | null): Ticket => ({ ...r, snoozed: at === null ? null : { until_at: at, by: here.me, note: why } });
  if (until !== null && !quietly) step(t);
  make(t, {
    label: until === null ? `Wake ${t.client.name}` : `Snooze ${t.client.name}`,
    said: quietly ? "" : until === null ? `${t.client.name} is awake` : `${t.client.name} sleeps until ${when(until, now, here.zone)}${stillRuns(t)}`,
    path, body: { until_at: until, note: why }, leaves: until !== null, patch: (r) => shows(r, until),
    undo: { path, body: { until_at: t.snoozed?.until_at ?? null, note: t.snoozed?.note ?? "" }, patch: (r) => ({ ...r, snoozed: t.snoozed }) },
  });
}

function stillRuns(t: Ticket): string {
  return t.clock && t.clock.state !== "paused" ? `. ${promiseLabels[t.clock.kind].label} goes on running` : "";
}

export function follow(t: Ticket, following: boolean): void {
  const path = `/api/tickets/${t.id}/follow`;
  const set = (r: Ticket, on: boolean): Ticket => ({ ...r, followers: on ? [...r.followers.filter((m) => m !== here.me), here.me] : r.followers.filter((m) => m !== here.me) });
  if (t.followers.includes(here.me) === following) return;
  make(t, {
    label: `${following ? "Follow" : "Stop following"} ${t.client.name}`, said: following ? `You follow ${t.client.name}` : `You no longer follow ${t.client.name}`,
    path, body: { following }, patch: (r) => set(r, following), undo: { path, body: { following: !following }, patch: (r) => set(r, !following) },
  });
}

/* What a person is to this thread. */
export function setRole(t: Ticket, contact: number, name: string, role: Role): void {
  const words: Partial<Record<Role, string>> = { vendor: "a vendor here", client: "with the client", cc: "in copy", removed: "off this thread", agency: "one of us", other_client: "with another client" };
  queue.send({
    label: `${name} on ${t.client.name}`, method: "PATCH", path: `/api/tickets/${t.id}/participants/${contact}`, body: { role }, ticket: t.id,
    done: () => {
      store.markStale(t.id);
      say.show(`${name} is ${words[role] ?? role}`);
    },
  });
}

/* Nothing is asked of us: one key, with the reason, counted. */
export function noRequest(t: Ticket): void {
  if (t.type !== "no_request") setType(t, "no_request");
}

export function noAnswer(t: Ticket): void {
  setState(t, "closed", "no answer needed");
}

export interface CallLog { direction: "in" | "out"; spoke: boolean; text: string; contact: number | null }

export function logCall(t: Ticket, call: CallLog): void {
  const at = serverNow();
  const adds = { ...said(t, "call", call.text), call: { direction: call.direction, spoke: call.spoke } };
  const who = t.contact ? firstName(shownName(t.contact)) : t.client.name;
  queue.send({ label: `Call with ${who}`, method: "POST", path: `/api/tickets/${t.id}/calls`, body: { ...call, at }, ticket: t.id, adds });
  say.show(call.spoke ? `Call with ${who} logged` : `Attempt to reach ${who} logged`);
}

/* How our own words look before the server has them. */
export function said(t: Ticket, kind: Message["kind"], text: string): Message {
  const me = here.session?.member;
  const who = { name: me?.name ?? "", address: me?.address ?? "", contact: null, member: here.me };
  const reader = store.answerTo(t);
  const to = reader && kind === "out" ? [{ name: reader.name, address: reader.address }] : [];
  return {
    id: -serverNow(), kind, at: serverNow(), from: who, to, cc: [], text, full: null, has_html: false, remote_images: 0, attachments: [],
    auto: "none", errors: [], signals: [], delivery: null, call: null,
  };
}

export function flag(t: Ticket, text: string): void {
  make(t, { label: `Flag ${t.client.name}`, said: `${t.client.name} is flagged`, path: `/api/tickets/${t.id}/flags`, body: { text } });
}

export function clearFlag(t: Ticket, id: number, reason: string): void {
  make(t, {
    label: `Clear a flag of ${t.client.name}`, said: "Flag cleared", path: `/api/flags/${id}/clear`, body: { reason },
    patch: (r) => ({ ...r, flags: r.flags.filter((f) => f.id !== id) }),
  });
}

export function settle(t: Ticket, promise: number, kept: boolean, reason: string): void {
  make(t, {
    label: `What is owed to ${t.client.name}`, said: kept ? "Kept, with your reason" : "No longer owed", path: `/api/promises/${promise}/settle`,
    body: { kept, reason }, patch: (r) => (r.clock?.promise === promise ? { ...r, clock: null } : r),
  });
}

export function merge(t: Ticket, into: Ticket): void {
  const path = `/api/tickets/${t.id}/unmerge`;
  make(t, {
    label: `Merge into ${into.subject}`, said: `Merged into “${into.subject}”`, path: `/api/tickets/${t.id}/merge`, body: { into: into.id },
    patch: (r) => ({ ...r, merged_into: into.id }), undo: { path, body: {}, patch: (r) => ({ ...r, merged_into: null }) }, leaves: true,
  });
  const { route } = router;
  if ("ticket" in route) router.go({ ...route, ticket: into.id }, "replace");
  store.markStale(into.id);
}

export function unmerge(t: Ticket): void {
  make(t, { label: `Take apart ${t.subject}`, said: "Threads are separate again", path: `/api/tickets/${t.id}/unmerge`, body: {} });
}

export function split(t: Ticket, message: number): void {
  queue.send({
    label: `Split ${t.subject}`, method: "POST", path: `/api/tickets/${t.id}/split`, body: { message }, ticket: t.id,
    done: ({ ticket }) => {
      store.markStale(t.id);
      if (ticket && "ticket" in router.route) router.go({ ...router.route, ticket: ticket.id });
      say.show("A thread of its own from that message on");
    },
  });
}

export function move(t: Ticket, client: { id: number; name: string }): void {
  const path = `/api/tickets/${t.id}/move`;
  make(t, {
    label: `Move to ${client.name}`, said: `Moved to ${client.name}`, path, body: { client: client.id },
    patch: (r) => ({ ...r, client: { ...r.client, id: client.id, name: client.name } }),
    undo: { path, body: { client: t.client.id }, patch: (r) => ({ ...r, client: t.client }) },
  });
}
