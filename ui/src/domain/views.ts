/* What a list shows. A view is a name from the server and at most one filter;
   the same question is asked of rows that we hold, so that a change from the
   stream lands in the right lists without asking again. Pure. */
import type { IconName } from "../parts/icon-names.ts";
import { typeLabels } from "./labels.ts";
import { requestTypes, type RequestType, type Ticket } from "./types.ts";

export const viewNames = ["open", "mine", "unassigned", "flagged", "waiting", "closed", "all"] as const;
export type ViewName = (typeof viewNames)[number];

export interface View { name: ViewName; type: RequestType | null; assignee: number | null; client: number | null }

export const inboxView: View = { name: "open", type: null, assignee: null, client: null };

export const viewLabels: Record<ViewName, { label: string; icon: IconName }> = {
  open: { label: "Inbox", icon: "inbox" },
  mine: { label: "Mine", icon: "user" },
  unassigned: { label: "Unassigned", icon: "circle-dashed" },
  flagged: { label: "Flagged", icon: "flag" },
  waiting: { label: "Waiting on client", icon: "hourglass" },
  closed: { label: "Closed", icon: "check" },
  all: { label: "Everything", icon: "layers" },
};

function inName(t: Ticket, name: ViewName, me: number): boolean {
  const open = t.state !== "closed";
  switch (name) {
    case "open": return open;
    case "mine": return open && t.assignee === me;
    case "unassigned": return open && t.assignee === null;
    case "flagged": return open && t.flags.length > 0;
    case "waiting": return t.state === "waiting_client";
    case "closed": return !open;
    case "all": return true;
  }
}

export function belongs(t: Ticket, view: View, me: number): boolean {
  return t.merged_into === null && inName(t, view.name, me)
    && (view.type === null || t.type === view.type)
    && (view.assignee === null || t.assignee === view.assignee)
    && (view.client === null || t.client.id === view.client);
}

export function viewQuery(view: View): string {
  const q = new URLSearchParams();
  if (view.name !== "open") q.set("view", view.name);
  if (view.type) q.set("type", view.type);
  if (view.assignee !== null) q.set("assignee", String(view.assignee));
  if (view.client !== null) q.set("client", String(view.client));
  return q.toString();
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
  };
}

export function viewTitle(view: View, member: (id: number) => string, client: (id: number) => string): string {
  if (view.type) return typeLabels[view.type].queue;
  if (view.assignee !== null) return member(view.assignee);
  if (view.client !== null) return client(view.client);
  return viewLabels[view.name].label;
}

export const sameView = (a: View, b: View): boolean => viewQuery(a) === viewQuery(b);
