/* What happens on a desk, in words: for the filter of the audit log and the
   choice of a webhook. Kinds that are not here keep the server's name. */
import { sentence } from "./labels.ts";

export interface KindRow { kind: string; text: string; group: string }

export const eventKinds: readonly KindRow[] = [
  { kind: "ticket_opened", text: "A thread begins", group: "Threads" },
  { kind: "message_received", text: "A client writes", group: "Threads" },
  { kind: "note_added", text: "A note is written", group: "Threads" },
  { kind: "call_logged", text: "A call is logged", group: "Threads" },
  { kind: "ticket_typed", text: "A type is recognised", group: "Threads" },
  { kind: "type_corrected", text: "A type is corrected", group: "Threads" },
  { kind: "ticket_assigned", text: "A thread changes hands", group: "Threads" },
  { kind: "state_changed", text: "A thread changes state", group: "Threads" },
  { kind: "ticket_merged", text: "Threads are merged", group: "Threads" },
  { kind: "ticket_split", text: "A thread is split", group: "Threads" },
  { kind: "ticket_moved", text: "A thread moves to another client", group: "Threads" },
  { kind: "promise_made", text: "Something is promised", group: "Promises" },
  { kind: "promise_warned", text: "A clock is about to run out", group: "Promises" },
  { kind: "promise_broken", text: "A clock has run out", group: "Promises" },
  { kind: "promise_escalated", text: "It goes up a level", group: "Promises" },
  { kind: "promise_kept", text: "A promise is kept", group: "Promises" },
  { kind: "flag_raised", text: "A flag is raised", group: "Promises" },
  { kind: "flag_cleared", text: "A flag is cleared", group: "Promises" },
  { kind: "reply_queued", text: "A reply is written", group: "Mail out" },
  { kind: "mail_sent", text: "A reply has left", group: "Mail out" },
  { kind: "mail_failed", text: "A reply could not be sent", group: "Mail out" },
  { kind: "bounce_received", text: "A reply came back", group: "Mail out" },
  { kind: "client_added", text: "A client appears", group: "Clients" },
  { kind: "client_changed", text: "A client is changed", group: "Clients" },
  { kind: "contact_added", text: "A person appears", group: "Clients" },
  { kind: "contact_erased", text: "A person is erased", group: "Clients" },
  { kind: "member_added", text: "A member is added", group: "The desk" },
  { kind: "member_changed", text: "A member is changed", group: "The desk" },
  { kind: "agency_saved", text: "The agency is changed", group: "The desk" },
  { kind: "address_added", text: "An address is added", group: "The desk" },
  { kind: "address_changed", text: "An address is changed", group: "The desk" },
  { kind: "calendar_saved", text: "Working hours are changed", group: "The desk" },
  { kind: "playbook_saved", text: "The playbook is changed", group: "The desk" },
  { kind: "item_saved", text: "A setting is changed", group: "The desk" },
  { kind: "access_changed", text: "A way to sign in is changed", group: "The desk" },
];

export const kindText = (kind: string): string => eventKinds.find((k) => k.kind === kind)?.text ?? sentence(kind);
export const kindGroups = [...new Set(eventKinds.map((k) => k.group))];
