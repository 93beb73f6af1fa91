/* Turns what the server sent from `unknown` into a type, or says where it
   does not fit. A shape is declared once and is both the check and the
   type (`Of<typeof ticket>`), so the two cannot drift apart. This is the only
   place where outside data gets a type; nothing else casts. Members that we
   do not know are dropped: a newer server may add some. */

export class ShapeError extends Error {
  constructor(path: string, wanted: string, got: unknown) {
    super(`The server's answer does not fit: ${path || "it"} should be ${wanted}, but is ${JSON.stringify(got)?.slice(0, 60) ?? "absent"}`);
  }
}

export type Shape<T> = (value: unknown, path: string) => T;
export type Of<S> = S extends Shape<infer T> ? T : never;

export const num: Shape<number> = (v, p) => {
  if (typeof v !== "number") throw new ShapeError(p, "a number", v);
  return v;
};

export const str: Shape<string> = (v, p) => {
  if (typeof v !== "string") throw new ShapeError(p, "a text", v);
  return v;
};

/* Where a list goes on: an id or a text, handed back as it came. */
export const cursor: Shape<string> = (v, p) => (typeof v === "number" ? String(v) : str(v, p));

export const bool: Shape<boolean> = (v, p) => {
  if (typeof v !== "boolean") throw new ShapeError(p, "true or false", v);
  return v;
};

/* Absent and null are the same thing to us. */
export const opt = <T>(inner: Shape<T>): Shape<T | null> => (v, p) => (v === null || v === undefined ? null : inner(v, p));

export const or = <T>(inner: Shape<T>, instead: T): Shape<T> => (v, p) => (v === null || v === undefined ? instead : inner(v, p));

export const list = <T>(inner: Shape<T>): Shape<T[]> => (v, p) => {
  if (!Array.isArray(v)) throw new ShapeError(p, "a list", v);
  return v.map((item, i) => inner(item, `${p}[${i}]`));
};

export const map = <T>(inner: Shape<T>): Shape<Record<string, T>> => (v, p) => {
  if (typeof v !== "object" || v === null) throw new ShapeError(p, "an object", v);
  return Object.fromEntries(Object.entries(v).map(([k, item]) => [k, inner(item, `${p}.${k}`)]));
};

export const one = <const T extends readonly string[]>(...names: T): Shape<T[number]> => (v, p) => {
  const found = names.find((n) => n === v);
  if (found === undefined) throw new ShapeError(p, `one of ${names.join(", ")}`, v);
  return found;
};

type Members = Record<string, Shape<unknown>>;
type Built<M extends Members> = { [K in keyof M]: Of<M[K]> };

export const obj = <M extends Members>(members: M): Shape<Built<M>> => (v, p) => {
  if (typeof v !== "object" || v === null) throw new ShapeError(p, "an object", v);
  const given = new Map(Object.entries(v));
  const built = Object.entries(members).map(([k, inner]) => [k, inner(given.get(k), p ? `${p}.${k}` : k)]);
  return Object.fromEntries(built) as Built<M>;
};

export const nothing: Shape<null> = () => null;
