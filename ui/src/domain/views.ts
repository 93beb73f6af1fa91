/* What a list shows. A view is a name from the server and at most one filter;
   the same question is asked of rows that we hold, so that a change from the
   stream lands in the right lists without asking again. Pure. */
import type { IconName } from "../parts/icon-names.ts";
import { typeLabels } from "./labels.ts";
import { requestTypes, type RequestType, type Ticket } from "./types.ts";

export const viewNames = ["open", "mine", "unassigned", "flagged", "waiting", "snoozed", "closed", "all"] as const;
export type ViewName = (typeof viewNames)[number];

/* saved: a view that somebody has made; then nothing else narrows it */
export interface View { name: ViewName; type: RequestType | null; assignee: number | null; client: number | null; saved: number | null }

export const inboxView: View = { name: "open", type: null, assignee: null, client: null, saved: null };

export const viewLabels: Record<ViewName, { label: string; icon: IconName }> = {
  open: { label: "Inbox", icon: "inbox" },
  mine: { label: "Mine", icon: "user" },
  unassigned: { label: "Unassigned", icon: "circle-dashed" },
  flagged: { label: "Flagged", icon: "flag" },
  waiting: { label: "Waiting on client", icon: "hourglass" },
  snoozed: { label: "Snoozed", icon: "alarm-clock" },
  closed: { label: "Closed", icon: "check" },
  all: { label: "Everything", icon: "layers" },
};

function inName(t: Ticket, name: ViewName, me: number): boolean {
  /* What sleeps is out of sight everywhere but at its owner and in its list. */
  const sleeps = t.snoozed !== null && t.state !== "closed";
  const open = t.state !== "closed" && !sleeps;
  switch (name) {
    case "open": return open;
    case "mine": return t.state !== "closed" && t.assignee === me;
    case "unassigned": return open && t.assignee === null;
    case "flagged": return open && t.flags.length > 0;
    case "waiting": return t.state === "waiting_client" && !sleeps;
    case "snoozed": return sleeps;
    case "closed": return t.state === "closed";
    case "all": return true;
  }
}

export function belongs(t: Ticket, view: View, me: number): boolean {
  return t.merged_into === null && inName(t, view.name, me)
    && (view.type === null || t.type === view.type)
    && (view.assignee === null || t.assignee === view.assignee)
    && (view.client === null || t.client.id === view.client);
}

/* In an address: of a saved view only its number is needed. */
export function viewQuery(view: View): string {
  const q = new URLSearchParams();
  if (view.saved !== null) {
    q.set("in", String(view.saved));
    return q.toString();
  }
  if (view.name !== "open") q.set("view", view.name);
  if (view.type) q.set("type", view.type);
  if (view.assignee !== null) q.set("assignee", String(view.assignee));
  if (view.client !== null) q.set("client", String(view.client));
  return q.toString();
}

const quote = (text: string): string => (/^[\p{L}\p{N}_.@-]+$/u.test(text) ? text : `"${text.replaceAll('"', "")}"`);
const inWords: Record<ViewName, string> = {
  open: "is:open -is:snoozed", mine: "is:open owner:me", unassigned: "is:unassigned -is:snoozed", flagged: "is:open is:flagged -is:snoozed", waiting: "is:waiting -is:snoozed",
  snoozed: "is:snoozed", closed: "is:closed", all: "",
};

/* The same question in search words: for counting, for jobs, for keeping it
   under a name. */
export function viewWords(view: View, member: (id: number) => string, client: string, saved: string): string {
  if (view.saved !== null) return saved;
  return [
    inWords[view.name], view.type ? `type:${view.type}` : "", view.assignee !== null ? `owner:${quote(member(view.assignee))}` : "", view.client !== null ? `client:${quote(client)}` : "",
  ].filter((w) => w !== "").join(" ");
}

function id(text: string | null): number | null {
  const n = Number(text);
  return text !== null && Number.isSafeInteger(n) && n > 0 ? n : null;
}

export function parseView(q: URLSearchParams): View {
  return {
    name: viewNames.find((n) => n === q.get("view")) ?? "open",
    type: requestTypes.find((t) => t === q.get("type")) ?? null,
    assignee: id(q.get("assignee")),
    client: id(q.get("client")),
    saved: id(q.get("in")),
  };
}

export function viewTitle(view: View, member: (id: number) => string, client: (id: number) => string): string {
  if (view.type) return typeLabels[view.type].queue;
  if (view.assignee !== null) return member(view.assignee);
  if (view.client !== null) return client(view.client);
  return viewLabels[view.name].label;
}

export const sameView = (a: View, b: View): boolean => viewQuery(a) === viewQuery(b);
