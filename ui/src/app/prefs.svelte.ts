/* What this person likes on this machine: theme, single keys. Kept in the
   browser, never on the server. */

export type Theme = "system" | "light" | "dark";

const KEY = "holdfast.prefs";

/* What the send button does beside sending. */
export const sendWays = ["send", "wait", "close", "snooze", "assign"] as const;
export type SendWay = (typeof sendWays)[number];

interface Saved { theme?: unknown; singleKeys?: unknown; recent?: unknown; sendWay?: unknown }

function load(): Saved {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof saved === "object" && saved !== null ? saved : {};
  } catch {
    return {};
  }
}

class Prefs {
  theme = $state<Theme>("system");
  singleKeys = $state(true);
  /* the last way of sending is the next one */
  sendWay = $state<SendWay>("send");
  /* names of the palette's last five */
  recent = $state<string[]>([]);

  constructor() {
    const saved = load();
    if (saved.theme === "light" || saved.theme === "dark") this.theme = saved.theme;
    if (saved.singleKeys === false) this.singleKeys = false;
    this.sendWay = sendWays.find((w) => w === saved.sendWay) ?? "send";
    if (Array.isArray(saved.recent)) this.recent = saved.recent.filter((r) => typeof r === "string").slice(0, 5);
    this.#paint();
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.#save();
    this.#paint();
  }

  setSingleKeys(on: boolean): void {
    this.singleKeys = on;
    this.#save();
  }

  setSendWay(way: SendWay): void {
    this.sendWay = way;
    this.#save();
  }

  used(id: string): void {
    this.recent = [id, ...this.recent.filter((r) => r !== id)].slice(0, 5);
    this.#save();
  }

  #paint(): void {
    if (this.theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = this.theme;
  }

  #save(): void {
    try {
      localStorage.setItem(KEY, JSON.stringify({ theme: this.theme, singleKeys: this.singleKeys, recent: this.recent, sendWay: this.sendWay }));
    } catch {
      /* A full or forbidden storage costs the preference, nothing else. */
    }
  }
}

export const prefs = new Prefs();
