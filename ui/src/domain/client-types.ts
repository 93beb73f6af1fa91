/* The shapes of clients, search, quarantine and settings (doc/api.md). */
import { flagShape, hitShape, memberShape, promiseKinds, promiseShape, requestTypes, ticketShape } from "./types.ts";
import { bool, list, map, num, obj, one, opt, or, str, type Of } from "./shape.ts";

const stage = one("provisional", "client");

export const clientRowShape = obj({
  id: num, name: str, stage, domain: opt(str), contacts: or(num, 0), open: or(num, 0), last_at: opt(num),
});
export type ClientRow = Of<typeof clientRowShape>;

export const clientPageShape = obj({ seq: num, clients: list(clientRowShape), next: opt(str) });

export const contactShape = obj({ id: num, name: or(str, ""), address: str, role: opt(str), last_at: opt(num) });
export type Contact = Of<typeof contactShape>;

export const clientShape = obj({
  seq: num,
  client: obj({
    id: num, name: str, stage, domain: opt(str), first_at: opt(num), last_in_at: opt(num), last_out_at: opt(num),
    unanswered: or(num, 0), merged_into: opt(num),
  }),
  contacts: or(list(contactShape), []), tickets: or(list(ticketShape), []), promises: or(list(promiseShape), []),
  flags: or(list(flagShape), []),
});
export type ClientRecord = Of<typeof clientShape>;

export const foundShape = (v: unknown, p: string) => ({ ...ticketShape(v, p), ...obj({ hit: opt(hitShape) })(v, p) });
export type Found = ReturnType<typeof foundShape>;
export const searchShape = obj({ seq: or(num, 0), tickets: list(foundShape), next: opt(str), suggest: opt(str) });

export const heldShape = obj({
  id: num, at: num, from: or(str, ""), to: or(str, ""), size: or(num, 0), reason: or(str, ""), attempts: or(num, 0),
});
export type Held = Of<typeof heldShape>;
export const quarantineShape = obj({ seq: or(num, 0), items: list(heldShape) });

export const agencyShape = obj({ name: str, zone: str, undo_seconds: or(num, 10) });
export type Agency = Of<typeof agencyShape>;

export const addressShape = obj({ id: num, address: str, name: or(str, ""), signature: or(str, ""), active: or(bool, true), brand: opt(num) });
export type DeskAddress = Of<typeof addressShape>;

const span = (v: unknown, p: string): [string, string] => {
  const [from, to] = list(str)(v, p);
  return [from ?? "", to ?? ""];
};
export type Span = [string, string];

export const calendarShape = obj({
  zone: str, week: or(map(list(span)), {}), days: or(map(list(span)), {}), holidays: or(list(str), []),
});
export type Calendar = Of<typeof calendarShape>;

const holiday = (v: unknown, p: string): { date: string; name: string } => (typeof v === "string" ? { date: v, name: "" } : obj({ date: str, name: or(str, "") })(v, p));
export const holidaysShape = obj({ added: list(holiday), skipped: or(num, 0) });

export const suppressedShape = obj({ suppressed: list(obj({ id: num, address: str, why: or(str, ""), reason: or(str, ""), at: num, ticket: opt(num), contact: opt(num) })) });
export type Suppressed = Of<typeof suppressedShape>["suppressed"][number];

export const playbookShape = obj({ text: str, version: num });

export const typeRowShape = obj({
  type: one(...requestTypes), label: str, icon: or(str, ""),
  clocks: or(list(obj({ kind: one(...promiseKinds), target_ms: num, calendar: or(str, "business") })), []), phrases: or(list(str), []),
});
export type TypeRow = Of<typeof typeRowShape>;

export const membersShape = list(memberShape);
export const addressesShape = list(addressShape);
export const typeRowsShape = list(typeRowShape);

export const healthShape = obj({
  mail_in: or(map((v) => v), {}),
  mail_out: or(obj({ waiting: or(num, 0), failed: or(num, 0), last_sent_at: opt(num) }), { waiting: 0, failed: 0, last_sent_at: null }),
  sandbox: (v) => v, version: or(str, ""),
});
export type Health = Of<typeof healthShape>;

export const setupShape = obj({ needed: or(bool, true), zones: or(list(str), []) });
