/* The beat. One timer for the whole page: `second` for what counts down by
   seconds, `minute` for everything else, so that a list of a thousand rows is
   not looked at sixty times a minute. */
import { serverNow } from "../lib/dates.ts";

class Beat {
  second = $state(serverNow());
  minute = $state(serverNow());
  #timer: ReturnType<typeof setTimeout> | null = null;

  start(): void {
    if (this.#timer !== null) return;
    const tick = () => {
      const now = serverNow();
      if (!document.hidden) this.second = now;
      if (Math.floor(now / 60_000) !== Math.floor(this.minute / 60_000)) this.minute = now;
      this.#timer = setTimeout(tick, 1000 - (now % 1000) + 5);
    };
    tick();
    document.addEventListener("visibilitychange", () => this.set());
  }

  /* After an answer has corrected our idea of the server's time. */
  set(): void {
    this.second = serverNow();
    this.minute = this.second;
  }
}

export const beat = new Beat();
