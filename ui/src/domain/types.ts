/* The shapes of the HTTP API (doc/api.md). Instants are milliseconds since
   1970 UTC, spans milliseconds, ids integers, absent is null. */
import { NEVER } from "../lib/dates.ts";
import { bool, list, map, num, obj, one, opt, or, str, type Of } from "./shape.ts";

export const memberShape = obj({ id: num, name: str, address: str, role: one("partner", "agent"), initials: str, active: bool });
export type Member = Of<typeof memberShape>;

export const sessionShape = obj({ member: memberShape, agency: obj({ name: str, zone: str }), now: num, seq: num });
export type Session = Of<typeof sessionShape>;

export const requestTypes = ["status_inquiry", "scope_change", "pricing", "new_brief", "issue", "other", "no_request"] as const;
export type RequestType = (typeof requestTypes)[number];

export const ticketStates = ["new", "open", "waiting_client", "waiting_production", "closed"] as const;
export type TicketState = (typeof ticketStates)[number];

export const promiseKinds = ["first_response", "next_response", "acknowledge", "proposal", "resolution", "call_back"] as const;
export type PromiseKind = (typeof promiseKinds)[number];

const promiseKind = one(...promiseKinds);

/* What is paused has no due time: it sorts last, and lib/dates words it. */
const due = or(num, NEVER);
const person = obj({ name: or(str, ""), address: str });
export type Person = Of<typeof person>;

export const clockShape = obj({
  promise: num, kind: promiseKind, state: one("running", "paused", "late"), started_at: num, due_at: due,
  warn_at: opt(num), target_ms: num, left_ms: opt(num), calendar: opt(str),
});
export type Clock = Of<typeof clockShape>;

export const flagShape = obj({ id: num, kind: str, points: or(num, 0), message: opt(num), quote: opt(str), text: or(str, ""), raised_at: num });
export type Flag = Of<typeof flagShape>;

export const contactShape = obj({ id: num, name: or(str, ""), address: or(str, "") });

/* That somebody writes here, who, and whether it waits for other eyes. */
export const rowDraftShape = obj({ member: num, at: or(num, 0), ready: or(bool, false) });

export const ticketShape = obj({
  id: num, subject: str, state: one(...ticketStates), waiting_reason: opt(str),
  type: one(...requestTypes), type_by: opt(one("rule", "member")),
  client: obj({ id: num, name: str, stage: one("provisional", "client"), unanswered: or(num, 0), unanswered_since: opt(num) }),
  contact: opt(contactShape),
  assignee: opt(num), opened_at: num, last_at: num, last_in_at: opt(num), last_out_at: opt(num),
  unanswered: or(num, 0), messages: or(num, 0), has_attachments: or(bool, false), preview: or(str, ""),
  clock: opt(clockShape), flags: or(list(flagShape), []), priority: or(num, 0), merged_into: opt(num), undelivered: or(bool, false),
  brand: opt(num), snoozed: opt(obj({ until_at: num, by: opt(num), note: or(str, "") })), followers: or(list(num), []), draft: opt(rowDraftShape), away_until: opt(num),
});
export type Ticket = Of<typeof ticketShape>;

export const attachmentShape = obj({ n: num, name: or(str, ""), type: or(str, "application/octet-stream"), size: or(num, 0), inline: or(bool, false) });
export type Attachment = Of<typeof attachmentShape>;

export const deliveryStates = ["undo", "queued", "sending", "sent", "deferred", "failed", "unknown", "undone", "scheduled", "cancelled"] as const;

export const deliveryShape = obj({ state: one(...deliveryStates), until_at: opt(num), reason: opt(str), cancel_on_reply: or(bool, false) });
export type Delivery = Of<typeof deliveryShape>;

export const messageShape = obj({
  id: num, kind: one("in", "out", "note", "call"), at: num,
  from: obj({ name: or(str, ""), address: or(str, ""), contact: opt(num), member: opt(num) }),
  to: or(list(person), []), cc: or(list(person), []), text: or(str, ""), full: opt(str),
  has_html: or(bool, false), remote_images: or(num, 0), attachments: or(list(attachmentShape), []),
  auto: or(one("none", "bounce", "vacation", "auto_reply", "list", "feedback", "loop"), "none"),
  errors: or(list(str), []), signals: or(list(obj({ kind: str, start: num, end: num })), []),
  delivery: opt(deliveryShape), call: opt(obj({ direction: one("in", "out"), spoke: bool })),
});
export type Message = Of<typeof messageShape>;

export const promiseShape = obj({
  id: num, ticket: opt(num), kind: promiseKind, state: one("open", "kept", "broken", "withdrawn"), running: or(bool, false),
  started_at: num, due_at: due, warn_at: opt(num), target_ms: num, used_ms: or(num, 0), calendar: or(str, "business"),
  owner: opt(num), kept_at: opt(num), evidence: opt(num), late_at: opt(num), rule: opt(str),
  sum: or(list(obj({ from_at: num, to_at: num, counted_ms: or(num, 0), what: one("counted", "paused", "closed"), reason: opt(str) })), []),
  stops: or(list(str), []),
});
export type DeskPromise = Of<typeof promiseShape>;
export const promiseAnswerShape = obj({ seq: num, promise: promiseShape });

export const roles = ["client", "cc", "vendor", "other_client", "agency", "removed"] as const;
export type Role = (typeof roles)[number];

export const participantShape = obj({ contact: opt(num), name: or(str, ""), address: str, role: one(...roles) });
export type Participant = Of<typeof participantShape>;

/* Whom a reply to all goes to, and what differs from the last message. */
const reader = obj({ contact: opt(num), name: or(str, ""), address: str, role: or(one(...roles), "client"), suppressed: or(bool, false) });
export type Reader = Of<typeof reader>;
export const audienceShape = obj({
  to: or(list(reader), []), cc: or(list(reader), []), changed: or(bool, false),
  changes: or(list(obj({ address: str, name: or(str, ""), what: one("added", "removed", "vendor", "other_client", "suppressed") })), []), newest: opt(num),
});
export type Audience = Of<typeof audienceShape>;

export const logShape = obj({ seq: num, at: num, kind: str, actor: opt(num), text: str });
export type LogLine = Of<typeof logShape>;

export const threadShape = obj({
  seq: num, now: num, ticket: ticketShape, answer_to: opt(contactShape), participants: or(list(participantShape), []), audience: opt(audienceShape), messages: list(messageShape),
  promises: or(list(promiseShape), []), log: or(list(logShape), []),
  reasons: or(list(obj({ text: str, quote: opt(str), rule: opt(str) })), []),
});
export type Thread = Of<typeof threadShape>;

export const pageShape = obj({ seq: num, now: num, tickets: list(ticketShape), next: opt(str) });

const tally = or(num, 0);
export const countsShape = obj({
  seq: or(num, 0), open: tally, unassigned: tally, flagged: tally, waiting: tally, snoozed: tally, closed: tally, quarantine: tally,
  types: or(map(num), {}), members: or(map(num), {}), late: or(obj({ types: or(map(num), {}) }), { types: {} }),
});
export type Counts = Of<typeof countsShape>;

export const emptyCounts: Counts = countsShape({}, "");

/* What a command on a ticket answers; which members are there depends on it. */
export const outcomeShape = obj({ seq: or(num, 0), ticket: opt(ticketShape), message: opt(messageShape), text: opt(str), running: or(list(promiseShape), []) });
export type Outcome = Of<typeof outcomeShape>;

export const uploadShape = obj({ id: num, name: str, type: str, size: num });
export type Upload = Of<typeof uploadShape>;

export const hitShape = obj({ message: opt(num), at: num, parts: list(obj({ text: str, hit: bool })) });
