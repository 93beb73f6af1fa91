/* What reaches a member: the notices, and which of them they want (doc/api.md). */
import type { IconName } from "../parts/icon-names.ts";
import { bool, cursor, list, map, num, obj, one, opt, or, str, type Of } from "./shape.ts";
import { ticketShape } from "./types.ts";

export const noticeShape = obj({
  id: num, at: num, kind: str, ticket: opt(ticketShape), text: or(str, ""), level: or(num, 0), seen_at: opt(num), acknowledged_at: opt(num),
});
export type Notice = Of<typeof noticeShape>;

export const noticePageShape = obj({ seq: or(num, 0), unread: or(num, 0), notices: list(noticeShape), next: opt(cursor) });
/* `ring`: the server, which knows wishes and hours, says that it may show now */
export const noticeEventShape = obj({ notice: opt(noticeShape), unread: or(num, 0), ring: opt(bool) });

export const quietShape = obj({ from: str, to: str, weekend: or(bool, false) });
export type Quiet = Of<typeof quietShape>;

export const noticePrefsShape = obj({ desktop: or(bool, false), mail: or(one("never", "away", "always"), "away"), quiet: opt(quietShape), kinds: or(map(bool), {}) });
export type NoticePrefs = Of<typeof noticePrefsShape>;

interface KindLabel { label: string; what: string; icon: IconName; tone: "" | "soon" | "late" }

export const noticeKinds = {
  assigned: { label: "Assigned", what: "A thread becomes yours", icon: "user-plus", tone: "" },
  mentioned: { label: "Mentioned", what: "Somebody names you in a note", icon: "at-sign", tone: "" },
  reply: { label: "Client answered", what: "A client writes in a thread that you own or follow", icon: "reply", tone: "" },
  due: { label: "Due soon", what: "One of your clocks is about to run out", icon: "clock", tone: "soon" },
  late: { label: "Late", what: "One of your clocks has run out", icon: "alarm-clock", tone: "late" },
  escalated: { label: "Escalated", what: "Nobody took notice of something late", icon: "bell-ring", tone: "late" },
  flagged: { label: "Flagged", what: "A sign of trouble in one of your threads", icon: "flag", tone: "late" },
  failed: { label: "Not sent", what: "Something that you wrote could not be delivered", icon: "mail-warning", tone: "late" },
  mailbox: { label: "Mailbox", what: "A mailbox stops, or works again", icon: "mailbox", tone: "late" },
  woke: { label: "Awake again", what: "Something that you put aside comes back", icon: "sun", tone: "" },
  webhook: { label: "Webhook", what: "A webhook fails or is stopped", icon: "webhook", tone: "soon" },
} as const satisfies Record<string, KindLabel>;

export type NoticeKind = keyof typeof noticeKinds;
const labels: Record<string, KindLabel> = noticeKinds;

export const noticeLabel = (kind: string): KindLabel => labels[kind] ?? { label: kind.replaceAll("_", " "), what: "", icon: "bell", tone: "" };

/* An escalated one stays until somebody takes notice; the others end by being seen. */
export const asksNotice = (n: Notice): boolean => n.acknowledged_at === null && (n.kind === "late" || n.kind === "escalated" || n.level > 0);

const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

/* Whether a member wants silence at this moment. `clock` is "HH:MM" and `day`
   0 for Sunday, both in the agency's zone. A span may cross midnight; equal
   ends mean none. */
export function isQuiet(quiet: Quiet | null, clock: string, day: number): boolean {
  if (quiet === null) return false;
  if (quiet.weekend && (day === 0 || day === 6)) return true;
  const now = minutesOf(clock);
  const from = minutesOf(quiet.from);
  const to = minutesOf(quiet.to);
  return from <= to ? now >= from && now < to : now >= from || now < to;
}

export const wantsKind = (prefs: NoticePrefs, kind: string): boolean => prefs.kinds[kind] !== false;
