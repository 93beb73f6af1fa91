/* What one can do to the open ticket. */
import { audienceOf, onlyOne } from "../domain/audience.ts";
import { firstName, plural, shownName } from "../domain/names.ts";
import type { Ticket } from "../domain/types.ts";
import type { Action } from "./actions.ts";
import { bulk, type Asking } from "./bulk.svelte.ts";
import { current } from "./current.ts";
import { drafts } from "./drafts.svelte.ts";
import { selection } from "./selection.svelte.ts";
import { store } from "./store.svelte.ts";
import { ui, type Picker } from "./ui.svelte.ts";
import { assign, follow, noAnswer, noRequest, setState, snooze } from "./verbs.ts";
import { here } from "./session.svelte.ts";

const some = () => current() !== null;
const with_ = (perform: (t: Ticket) => void) => () => {
  const t = current();
  if (t) perform(t);
};

const open = (id: string, name: string, picker: Picker, keys: string[], icon: NonNullable<Action["icon"]>): Action => ({
  id, name, group: "Do", keys, icon, enabled: some, perform: with_(() => ui.pick(picker)),
});

/* What is marked in the list is meant before what is open. */
const many = (one: Action, ask: Asking): Action => ({
  ...one,
  name: () => (selection.on ? `${(typeof one.name === "string" ? one.name : one.name()).replace(/…$/u, "")}: ${plural(selection.count, "thread")}…` : typeof one.name === "string" ? one.name : one.name()),
  enabled: () => selection.on || one.enabled(),
  perform: () => (selection.on ? (bulk.asking = ask) : one.perform()),
});

const isOpen = () => current() !== null && current()?.state !== "closed";

/* An answer or a call is owed. A resolution is not: being done is what keeps
   that promise. */
export const owes = (t: Ticket): boolean => t.unanswered > 0 || (t.clock !== null && t.clock.state !== "paused" && t.clock.kind !== "resolution");

/* Nothing owed: done at once. Something owed: done only with a reason. */
export function done(t: Ticket): void {
  if (t.clock && owes(t)) ui.pick("done");
  else setState(t, "closed");
}

/* The people in copy are left out of this one. */
function replyToOne(t: Ticket): void {
  const line = onlyOne(audienceOf(store.record(t.id).thread, t));
  const plain = line.to.map(({ name, address }) => ({ name, address }));
  Object.assign(drafts.of(t.id), { to: plain, cc: [] });
  ui.compose("reply");
}

function callName(): string {
  const t = current();
  if (t?.clock?.kind !== "call_back" || !t.contact) return "Log a call";
  return `Call ${firstName(shownName(t.contact))} back`;
}

export const ticketActions: Action[] = [
  { id: "call", name: callName, group: "Do", keys: ["c"], icon: "phone", enabled: some, perform: () => ui.compose("call") },
  { id: "reply", name: "Reply", group: "Do", keys: ["r"], icon: "reply", enabled: some, perform: () => ui.compose("reply") },
  { id: "reply-one", name: "Reply only to who wrote", group: "Do", keys: ["shift+r"], icon: "corner-up-left", enabled: some, perform: with_(replyToOne) },
  { id: "note", name: "Internal note", group: "Do", keys: ["n"], icon: "sticky-note", enabled: some, perform: () => ui.compose("note") },
  many({ id: "done", name: "Done", group: "Do", keys: ["e"], icon: "check", enabled: isOpen, perform: with_(done) }, "done"),
  {
    id: "reopen", name: "Open again", group: "Do", keys: ["shift+e"], icon: "rotate-ccw",
    enabled: () => current()?.state === "closed", perform: with_((t) => setState(t, "open")),
  },
  many(open("assign", "Assign to…", "assign", ["a"], "user-plus"), "assign"),
  {
    id: "assign-me", name: "Assign to me", group: "Do", keys: ["a a"], icon: "user",
    enabled: () => selection.on || (some() && current()?.assignee !== here.me),
    perform: () => (selection.on ? void bulk.start({ kind: "assign", member: here.me }) : with_((t) => assign(t, here.me))()),
  },
  many(open("type", "Change request type…", "type", ["t"], "tag"), "type"),
  many(open("state", "Change state…", "state", ["s"], "hourglass"), "state"),
  {
    id: "wait", name: "Wait on client", group: "Do", keys: ["w"], icon: "hourglass",
    enabled: () => isOpen() && current()?.state !== "waiting_client", perform: with_((t) => setState(t, "waiting_client")),
  },
  many(open("snooze", "Snooze until…", "snooze", ["h"], "alarm-clock"), "snooze"),
  {
    id: "wake", name: "Wake now", group: "Do", keys: ["shift+h"], icon: "alarm-clock-off",
    enabled: () => (current()?.snoozed ?? null) !== null, perform: with_((t) => snooze(t, null, "")),
  },
  {
    id: "follow", name: () => (current()?.followers.includes(here.me) ? "Stop following" : "Follow"), group: "Do", keys: ["shift+f"], icon: "bell",
    enabled: some, perform: with_((t) => follow(t, !t.followers.includes(here.me))),
  },
  { id: "no-request", name: "No request", group: "Do", keys: ["3"], icon: "circle-dashed", enabled: () => isOpen() && current()?.type !== "no_request", perform: with_(noRequest) },
  { id: "no-answer", name: "No answer needed", group: "Do", keys: ["4"], icon: "check", enabled: isOpen, perform: with_(noAnswer) },
  open("flag", "Flag a sign…", "flag", ["f"], "flag"),
  open("clock", "Why is it due then?", "clock", ["d"], "clock"),
  open("merge", "Merge into another thread…", "merge", ["m", "2"], "git-merge"),
  open("move", "Move to another client…", "move", [], "folder-input"),
];
