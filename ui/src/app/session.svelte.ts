/* Who is here. Nothing is shown before this is known. */
import { nothing } from "../domain/shape.ts";
import { sessionShape, type Session } from "../domain/types.ts";
import { heardServerTime } from "../lib/dates.ts";
import { change, get, Refusal, why } from "../lib/fetch.ts";

type Where = "unknown" | "out" | "setup" | "in" | "unreachable";

class Here {
  where = $state<Where>("unknown");
  session = $state.raw<Session | null>(null);
  reason = $state("");

  get me(): number {
    return this.session?.member.id ?? 0;
  }

  get zone(): string {
    return this.session?.agency.zone ?? "UTC";
  }

  get partner(): boolean {
    return this.session?.member.role === "partner";
  }

  async look(): Promise<void> {
    try {
      this.welcome(await get("/api/session", sessionShape));
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) this.where = error.setup ? "setup" : "out";
      else {
        this.where = "unreachable";
        this.reason = why(error);
      }
    }
  }

  async signIn(body: { address: string; password: string; code?: string } | { token: string; code?: string }): Promise<void> {
    this.welcome(await change("POST", "/api/session", body, sessionShape));
  }

  async signOut(): Promise<void> {
    await change("DELETE", "/api/session", null, nothing).catch(() => null);
    this.left();
  }

  welcome(session: Session): void {
    heardServerTime(session.now);
    this.session = session;
    this.where = "in";
  }

  /* The stream said farewell: the session has ended, or only the server. */
  async farewell(): Promise<void> {
    try {
      await get("/api/session", sessionShape, { background: true });
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) this.left();
    }
  }

  /* The page starts over: nothing of one person's desk stays in memory for
     the next. What was being written is in this browser, under their name. */
  left(): void {
    const was = this.where;
    this.session = null;
    this.where = "out";
    if (was === "in") location.reload();
  }
}

export const here = new Here();
