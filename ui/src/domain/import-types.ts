/* Moving in: imports, and what was late in the mail they brought (doc/api.md). */
import { span, workSpan } from "../lib/dates.ts";
import { plural } from "./names.ts";
import { list, num, obj, one, opt, or, str, type Of } from "./shape.ts";

export const importStates = ["receiving", "reading", "stopped", "done", "failed"] as const;
const count = or(num, 0);

export const importShape = obj({
  id: num, source: or(one("mbox", "imap"), "mbox"), name: or(str, ""), state: one(...importStates), received: count, size: count, read: count, total: count,
  left_ms: opt(num), threads: count, messages: count, duplicates: count, skipped: count, errors: or(list(obj({ n: num, said: str })), []),
  takeover_at: opt(num), said: or(str, ""),
});
export type Import = Of<typeof importShape>;
export const importsShape = obj({ seq: count, imports: list(importShape) });
export const importAnswerShape = obj({ seq: count, import: importShape });
export const importEventShape = obj({ import: importShape });
export const piecesShape = obj({ received: num });
export const labelsShape = obj({ labels: list(obj({ label: str, count: num })) });
export type Label = Of<typeof labelsShape>["labels"][number];
export interface LabelChoice { label: string; type: string | null; member: number | null }

/* A client is told by name; an id makes it a link. */
const client = (v: unknown, p: string): { id: number | null; name: string } => (typeof v === "string" ? { id: null, name: v } : obj({ id: opt(num), name: or(str, "") })(v ?? {}, p));
const lateRow = obj({ ticket: opt(num), subject: or(str, ""), client, asked_at: num, answered_at: opt(num), took_ms: or(num, 0), target_ms: or(num, 0), message: opt(num) });
export type LateRow = Of<typeof lateRow>;
export const lateShape = obj({
  figures: obj({ threads: count, asked: count, answered: count, late: count, never: count, median_ms: opt(num), worst_ms: opt(num), since_at: opt(num), until_at: opt(num) }),
  late: or(list(lateRow), []),
});
export type Late = Of<typeof lateShape>;
export type Figures = Late["figures"];

/* Below this a rate says more about chance than about the desk. */
const FEW = 8;

export function lateSentence(f: Figures): string {
  const n = f.late + f.never;
  if (f.asked === 0) return "No question of a client was found.";
  if (n === 0) return `All ${plural(f.asked, "question")} were answered in time.`;
  return `${n.toLocaleString("en-GB")} of ${plural(f.asked, "question")} would have been late.`;
}

export function lateSmall(f: Figures): string {
  if (f.asked === 0) return "";
  const parts = [f.never > 0 ? `${f.never.toLocaleString("en-GB")} of them ${f.never === 1 ? "was" : "were"} never answered` : "", f.asked < FEW ? `with ${f.asked} it is early to say more` : ""].filter((x) => x !== "");
  return parts.length === 0 ? "" : `${parts.join("; ")}.`.replace(/^./u, (c) => c.toUpperCase());
}

export const tookWords = (r: LateRow): string => (r.answered_at === null ? "never" : workSpan(r.took_ms));

/* Counts of a reading that goes on: "1,204 of 4,000 mails, about 3 min left". */
export function readingWords(i: Import): string {
  const of = i.total > 0 ? `${i.read.toLocaleString("en-GB")} of ${plural(i.total, "mail")}` : plural(i.read, "mail");
  return i.left_ms === null || i.state !== "reading" ? of : `${of}, about ${span(Math.max(1000, i.left_ms))} left`;
}

export const share = (i: Import): number => (i.state === "receiving" ? part(i.received, i.size) : part(i.read, i.total));

const part = (n: number, of: number): number => (of > 0 ? Math.min(100, Math.floor((n / of) * 100)) : 0);

/* What a file is not, by its first bytes; null: worth sending. */
export function notMbox(head: Uint8Array): string | null {
  const text = new TextDecoder().decode(head.slice(0, 5));
  if (text.startsWith("PK")) return "This is a zip file. Unpack it first, and choose the mbox inside.";
  if (head[0] === 0x1f && head[1] === 0x8b) return "This is a gzip file. Unpack it first, and choose the mbox inside.";
  if (text.startsWith("%PDF") || head[0] === 0x89) return "This is no mailbox. A mailbox in the mbox format begins with “From ”.";
  if (head[0] === 0x21 && head[1] === 0x42 && head[2] === 0x44) return "This is an Outlook file (pst). Export the mail as mbox, or connect the mailbox itself.";
  return null;
}
