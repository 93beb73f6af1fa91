/* Finding a name by a few letters of it, forgiving one typing error. Pure.
   Order: starts with it, a word starts with it, holds it, letters in order,
   one letter wrong, missing, doubled or swapped. */

const fold = (s: string): string => s.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/* From the beginning of a word and close together: scattered letters are in
   every long line. */
function inOrder(query: string, text: string): boolean {
  for (const start of text.matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu)) {
    let at = start.index;
    const end = start.index + 2 * query.length;
    const all = [...query].every((letter) => {
      at = text.indexOf(letter, at) + 1;
      return at > 0 && at <= end;
    });
    if (all && text[start.index] === query[0]) return true;
  }
  return false;
}

/* True if a becomes b by at most one insertion, deletion, change or swap. */
export function oneTypo(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i += 1;
  const restA = a.slice(i);
  const restB = b.slice(i);
  if (restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1)) return true;
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}

/* A word typed so far against the beginning of a word. */
function nearly(query: string, words: string[]): boolean {
  if (query.length < 3) return false;
  return words.some((w) => [w.length, query.length - 1, query.length, query.length + 1].some((n) => n >= 2 && oneTypo(query, w.slice(0, n))));
}

/* Smaller is better; null is no match. */
export function rank(query: string, text: string): number | null {
  const q = fold(query.trim());
  const t = fold(text);
  if (q === "" || t.startsWith(q)) return 0;
  const words = t.split(/[^\p{L}\p{N}]+/u).filter((w) => w !== "");
  if (words.some((w) => w.startsWith(q))) return 1;
  if (t.includes(q)) return 2;
  const parts = q.split(/\s+/u);
  if (parts.length > 1 && parts.every((p) => words.some((w) => w.startsWith(p)))) return 2;
  if (inOrder(q.replace(/\s+/gu, ""), t)) return 3;
  if (parts.every((p) => words.some((w) => w.startsWith(p)) || nearly(p, words))) return 4;
  return null;
}

const REAL = 2;

/* Guesses are for when nothing really holds what was typed. */
export function fuzzy<T>(query: string, items: T[], text: (item: T) => string): T[] {
  const found = items.flatMap((item, i) => {
    const r = rank(query, text(item));
    return r === null ? [] : [{ item, r, i }];
  });
  const real = found.some((f) => f.r <= REAL);
  return found
    .filter((f) => !real || f.r <= REAL)
    .sort((a, b) => a.r - b.r || a.i - b.i)
    .map(({ item }) => item);
}
