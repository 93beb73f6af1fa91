/* How companies and people are shortened and told apart. Pure. */

export function initials(name: string, address = ""): string {
  const words = name.split(/[\s&+/.,-]+/u).filter((w) => /^[\p{L}\p{N}]/u.test(w));
  const [first, second] = words;
  if (first && second) return (head(first) + head(second)).toUpperCase();
  const only = first ?? address;
  return Array.from(only).slice(0, 2).join("").toUpperCase();
}

const head = (word: string): string => Array.from(word)[0] ?? "";

/* The same company has the same tint on every screen and every day. */
export function hueOf(id: number): number {
  const mixed = Math.imul(id ^ (id >>> 7), 0x9e3779b1) >>> 0;
  return (mixed ^ (mixed >>> 15)) % 360;
}

export function shownName(person: { name: string; address: string }): string {
  return person.name || person.address;
}

export function firstName(name: string): string {
  return name.split(/\s+/u)[0] ?? name;
}

export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} KB`;
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
}

/* A sentence from elsewhere, set into one of ours: without its stop. */
export const withoutStop = (text: string): string => text.trim().replace(/[.\s]+$/u, "");

export const plural = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString("en-GB")} ${n === 1 ? one : many}`;
