/* One table per enumeration: word, icon, sentence. Sentence case, no stop. */
import type { IconName } from "../parts/icon-names.ts";
import type { Message, PromiseKind, RequestType, TicketState } from "./types.ts";

interface TypeLabel { label: string; queue: string; icon: IconName }

export const typeLabels: Record<RequestType, TypeLabel> = {
  status_inquiry: { label: "Status", queue: "Status inquiries", icon: "radar" },
  scope_change: { label: "Scope change", queue: "Scope changes", icon: "git-pull-request-arrow" },
  pricing: { label: "Pricing", queue: "Pricing", icon: "receipt-text" },
  new_brief: { label: "New brief", queue: "New briefs", icon: "file-plus-2" },
  issue: { label: "Issue", queue: "Issues", icon: "circle-alert" },
  other: { label: "Other", queue: "Other", icon: "mail" },
  no_request: { label: "No request", queue: "No request", icon: "circle-dashed" },
};

export const stateLabels: Record<TicketState, { label: string; icon: IconName }> = {
  new: { label: "New", icon: "mail" },
  open: { label: "Open", icon: "inbox" },
  waiting_client: { label: "Waiting on client", icon: "hourglass" },
  waiting_production: { label: "Waiting on production", icon: "layers" },
  closed: { label: "Closed", icon: "check" },
};

interface KindLabel { label: string; chip: string; toDo: string; kept: string }

/* `chip` stands before the time where the time alone would be ambiguous. */
export const promiseLabels: Record<PromiseKind, KindLabel> = {
  first_response: { label: "First answer", chip: "", toDo: "to answer", kept: "Answered" },
  next_response: { label: "Next answer", chip: "", toDo: "to answer", kept: "Answered" },
  acknowledge: { label: "Acknowledge", chip: "Ack", toDo: "to acknowledge", kept: "Acknowledged" },
  proposal: { label: "Fix plan", chip: "Fix plan", toDo: "to propose a fix", kept: "Fix proposed" },
  resolution: { label: "Resolution", chip: "Resolve", toDo: "to resolve", kept: "Resolved" },
  call_back: { label: "Call back", chip: "Call", toDo: "to call back", kept: "Called back" },
};

interface FlagLabel { label: string; icon: IconName; tone: "late" | "soon" }

const flagLabels: Record<string, FlagLabel> = {
  unanswered: { label: "Unanswered", icon: "message-square-warning", tone: "late" },
  three_unanswered: { label: "Unanswered", icon: "message-square-warning", tone: "late" },
  deadline: { label: "Deadline", icon: "calendar-clock", tone: "late" },
  frustration: { label: "Frustrated", icon: "frown", tone: "late" },
  urgency: { label: "Urgent", icon: "zap", tone: "soon" },
  legal_or_financial: { label: "Legal or money", icon: "receipt-text", tone: "late" },
  repeat_contact: { label: "Asked again", icon: "rotate-ccw", tone: "soon" },
  escalation_request: { label: "Asks for a call", icon: "phone-incoming", tone: "late" },
  breached: { label: "Clock late", icon: "clock", tone: "late" },
  due_soon: { label: "Due soon", icon: "clock", tone: "soon" },
  manual: { label: "Flagged", icon: "flag", tone: "late" },
  member: { label: "Flagged", icon: "flag", tone: "late" },
};

/* The playbook may name flags that we have no icon for: those get the flag. */
export function flagLabel(kind: string): FlagLabel {
  return flagLabels[kind] ?? { label: sentence(kind), icon: "flag", tone: "late" };
}

export const autoLabels: Record<Exclude<Message["auto"], "none">, string> = {
  bounce: "Could not be delivered",
  vacation: "Out of office",
  auto_reply: "Automatic answer",
  list: "From a mailing list",
  feedback: "Complaint report",
  loop: "Our own mail came back",
};

export const roleLabels = { partner: "Partner", agent: "Agent" } as const;

/* snake_case to words */
export function sentence(kind: string): string {
  const words = kind.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
