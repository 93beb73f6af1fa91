/* One request, one answer or one reason. `Refusal` is the server's own
   sentence (RFC 9457); `Unreachable` means that nothing was decided and the
   same command may go out again. */
import type { Shape } from "../domain/shape.ts";
import { bool, num, obj, opt, str } from "../domain/shape.ts";

export class Refusal extends Error {
  constructor(
    readonly status: number, detail: string, readonly field: string | null, readonly line: number | null, readonly column: number | null, readonly setup: boolean,
    /* the problem's own name ("moved_on", "code_needed"), and all that it said */
    readonly kind: string = "", readonly body: unknown = null,
  ) {
    super(detail);
  }

  /* Not there: a record that is gone, or a route that this server has not. */
  get absent(): boolean {
    return this.status === 404 || this.status === 405;
  }
}

export class Unreachable extends Error {}

export const absent = (error: unknown): boolean => error instanceof Refusal && error.absent;

const problemShape = obj({ type: opt(str), title: opt(str), detail: opt(str), field: opt(str), line: opt(num), column: opt(num), setup: opt(bool) });

export function commandId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

async function refusal(answer: Response): Promise<Refusal> {
  const body: unknown = await answer.json().catch(() => ({}));
  const p = problemShape(typeof body === "object" ? body : {}, "");
  const said = p.detail ?? p.title ?? `The server answered ${answer.status}`;
  const kind = p.type === null || p.type === "about:blank" ? "" : p.type;
  return new Refusal(answer.status, said, p.field, p.line, p.column, p.setup === true, kind, body);
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { credentials: "same-origin", ...init });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new Unreachable("The server cannot be reached");
  }
  /* A proxy in front of a server that restarts answers for it. */
  if (answer.status >= 502 && answer.status <= 504) throw new Unreachable("The server cannot be reached");
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

/* Reading on nobody's behalf (reading ahead, following the stream) says so: it
   must not keep a session alive that its owner has left. */
export interface Reading { signal?: AbortSignal; background?: boolean }

export async function get<T>(path: string, shape: Shape<T>, how: Reading = {}): Promise<T> {
  const answer = await ask(path, {
    ...(how.signal ? { signal: how.signal } : {}),
    ...(how.background ? { headers: { "Holdfast-Background": "1" } } : {}),
  });
  return shape(await answer.json(), "");
}

export type Method = "POST" | "PUT" | "PATCH" | "DELETE";

export async function change<T>(method: Method, path: string, body: unknown, shape: Shape<T>, id = commandId()): Promise<T> {
  const answer = await ask(path, {
    method,
    headers: { "Content-Type": "application/json", "Holdfast-Command": id },
    body: JSON.stringify(body ?? {}),
  });
  const text = await answer.text();
  return shape(text === "" ? {} : JSON.parse(text), "");
}

/* Said in passing, for nobody to wait for: where one looks, that one has left.
   Goes out even while the page closes, and is no activity. */
export async function tell(path: string, body: unknown): Promise<number> {
  try {
    const answer = await fetch(path, {
      method: "POST", credentials: "same-origin", keepalive: true, body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "Holdfast-Command": commandId(), "Holdfast-Background": "1" },
    });
    return answer.status;
  } catch {
    return 0;
  }
}

/* The one request that is not made by fetch: only the old interface says how
   much of a file has gone up. */
export function upload<T>(path: string, file: File, shape: Shape<T>, progress: (share: number) => void = () => undefined, signal: AbortSignal | null = null): Promise<T> {
  return new Promise((done, fail) => {
    const x = new XMLHttpRequest();
    x.open("POST", path);
    x.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    x.setRequestHeader("Holdfast-Command", commandId());
    x.setRequestHeader("Holdfast-Name", encodeURIComponent(file.name));
    x.upload.onprogress = (e) => e.lengthComputable && progress(e.loaded / Math.max(1, e.total));
    x.onerror = () => fail(new Unreachable("The server cannot be reached"));
    x.onabort = () => fail(new DOMException("taken back", "AbortError"));
    x.onload = () => void answered(x, shape).then(done, fail);
    signal?.addEventListener("abort", () => x.abort(), { once: true });
    x.send(file);
  });
}

async function answered<T>(x: XMLHttpRequest, shape: Shape<T>): Promise<T> {
  const answer = new Response(x.responseText, { status: x.status });
  if (x.status >= 502 && x.status <= 504) throw new Unreachable("The server cannot be reached");
  if (!answer.ok) throw await refusal(answer);
  return shape(await answer.json(), "");
}

/* A piece of something larger. */
export async function sendBytes<T>(path: string, bytes: Blob, shape: Shape<T>, signal: AbortSignal | null = null, type = "application/octet-stream"): Promise<T> {
  const answer = await ask(path, { method: "POST", headers: { "Content-Type": type, "Holdfast-Command": commandId() }, body: bytes, ...(signal ? { signal } : {}) });
  return shape(await answer.json(), "");
}

export function why(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
