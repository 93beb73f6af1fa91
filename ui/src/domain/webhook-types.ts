/* Webhooks and their deliveries (doc/api.md). */
import { bool, cursor, list, num, obj, one, opt, or, str, type Of } from "./shape.ts";

export const webhookShape = obj({
  id: num, name: or(str, ""), url: str, kinds: or(list(str), []), active: or(bool, true), state: or(one("ok", "failing", "stopped", "off"), "ok"),
  failing_since: opt(num), last_ok_at: opt(num), waiting: or(num, 0), dead: or(num, 0), said: or(str, ""),
});
export type Webhook = Of<typeof webhookShape>;
export const webhooksShape = obj({ seq: or(num, 0), webhooks: list(webhookShape) });
/* The secret stands beside the webhook, once. */
export const webhookMadeShape = obj({ secret: opt(str), webhook: opt(obj({ id: num, secret: opt(str) })) });

export const deliveryShape = obj({
  id: num, event: opt(num), kind: or(str, ""), ticket: opt(num), state: one("waiting", "sent", "dead"), attempts: or(num, 0), at: num, next_at: opt(num), status: opt(num), said: or(str, ""),
});
export type Delivery = Of<typeof deliveryShape>;
export const deliveriesShape = obj({ deliveries: list(deliveryShape), next: opt(cursor) });

export const auditEventShape = obj({
  seq: num, at: num, kind: str, class: or(str, ""), actor: opt(num), client: opt(num), ticket: opt(num), subject: opt(str), text: or(str, ""),
});
export type AuditEvent = Of<typeof auditEventShape>;
export const auditShape = obj({ seq: or(num, 0), events: list(auditEventShape), next: opt(cursor) });
