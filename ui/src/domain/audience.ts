/* Who will read a reply. The server says whom a reply to all goes to and what
   differs from the last message; the writer may change it; here is said what
   that would mean. Pure. */
import type { Audience, Participant, Reader, Role, Thread, Ticket } from "./types.ts";

export interface Address { name: string; address: string }
export interface Line { to: Address[]; cc: Address[] }

export const roleWords: Record<Role, string> = {
  client: "client", cc: "in copy", vendor: "vendor", other_client: "another client", agency: "agency", removed: "removed",
};

const same = (a: { address: string }, b: { address: string }): boolean => a.address.toLowerCase() === b.address.toLowerCase();

/* An older server says only who is there and whom an answer goes to. */
export function audienceOf(thread: Thread | null, t: Ticket): Audience {
  if (thread?.audience) return thread.audience;
  const first = thread?.answer_to ?? t.contact;
  const people: Participant[] = thread?.participants ?? [];
  const to: Reader[] = first && first.address !== "" ? [{ contact: first.id, name: first.name, address: first.address, role: "client", suppressed: false }] : [];
  const cc = people.filter((p) => (p.role === "cc" || p.role === "client") && !to.some((r) => same(r, p))).map((p): Reader => ({ ...p, suppressed: false }));
  return { to, cc, changed: false, changes: [], newest: null };
}

/* What is known of an address: by the audience, by the thread, else that it is
   new here. */
export interface Shown extends Address { role: Role | "new"; contact: number | null; suppressed: boolean; added: boolean }

export function shownReaders(line: Address[], audience: Audience, people: Participant[]): Shown[] {
  const before = [...audience.to, ...audience.cc];
  return line.map((a) => {
    const reader = before.find((r) => same(r, a));
    const person = people.find((p) => same(p, a));
    const what = audience.changes.filter((c) => same(c, a)).map((c) => c.what);
    const role = what.includes("vendor") ? "vendor" : what.includes("other_client") ? "other_client" : (person?.role ?? reader?.role ?? "new");
    return {
      name: a.name || (reader?.name ?? person?.name ?? ""), address: a.address, role, contact: reader?.contact ?? person?.contact ?? null,
      suppressed: reader?.suppressed === true || what.includes("suppressed"), added: !reader || what.includes("added"),
    };
  });
}

/* Reply to the one who wrote, or to everybody. */
export const onlyOne = (a: Audience): Line => ({ to: a.to.slice(0, 1), cc: [] });
export const everybody = (a: Audience): Line => ({ to: a.to, cc: a.cc });
export const isEverybody = (line: Line, a: Audience): boolean => sameLine(line, everybody(a));
export const isOne = (line: Line, a: Audience): boolean => sameLine(line, onlyOne(a));

const keyOf = (list: Address[]): string => list.map((a) => a.address.toLowerCase()).sort().join(" ");
const sameLine = (a: Line, b: Line): boolean => keyOf(a.to) === keyOf(b.to) && keyOf(a.cc) === keyOf(b.cc);

export interface Warning { kind: "mixed" | "removed" | "suppressed" | "nobody"; text: string }

const names = (list: Shown[]): string => {
  const all = list.map((p) => p.name || p.address);
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
};

export function warnings(all: Shown[], client: string, override: string[]): Warning[] {
  const found: Warning[] = [];
  const ours = all.filter((p) => p.role === "client" || p.role === "cc");
  const vendors = all.filter((p) => p.role === "vendor");
  const strangers = all.filter((p) => p.role === "other_client");
  if (all.length === 0) found.push({ kind: "nobody", text: "Nobody would read this. Add somebody first." });
  if (vendors.length > 0 && ours.length > 0) found.push({ kind: "mixed", text: `${names(vendors)} ${vendors.length === 1 ? "is a vendor" : "are vendors"} and would see this together with ${client}.` });
  if (strangers.length > 0) found.push({ kind: "mixed", text: `${names(strangers)} ${strangers.length === 1 ? "is" : "are"} with another client and would see this together with ${client}.` });
  const gone = all.filter((p) => p.suppressed && !override.includes(p.address));
  if (gone.length > 0) found.push({ kind: "suppressed", text: `Mail to ${names(gone)} came back for good; nothing is sent there.` });
  const back = all.filter((p) => p.role === "removed");
  if (back.length > 0) found.push({ kind: "removed", text: `${names(back)} had been taken off this thread.` });
  return found;
}

const one = /^\s*(?:"?([^"<>]*?)"?\s*<\s*([^<>\s]+@[^<>\s]+)\s*>|([^\s<>,;"]+@[^\s<>,;"]+))\s*$/u;

/* "Jo Abara <jo@fennel.example>, ben@kestrel.example" */
export function addresses(text: string): Address[] {
  return text.split(/[,;\n]+/u).flatMap((piece) => {
    const m = one.exec(piece);
    const address = m?.[2] ?? m?.[3];
    return m && address ? [{ name: (m[1] ?? "").trim(), address }] : [];
  });
}
