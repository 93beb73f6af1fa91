/* What this member is told: the bell's number, the list behind it, and the
   desktop notice. A browser shows one desktop notice an event: only the tab
   that holds the live line does it, and only where the member has asked for
   it and is not in their quiet hours. */
import { asksNotice, isQuiet, noticeEventShape, noticeLabel, noticePageShape, noticePrefsShape, wantsKind, type Notice, type NoticePrefs } from "../domain/notice-types.ts";
import { dayNumber, hourMinute, serverNow } from "../lib/dates.ts";
import { absent, change, get, why } from "../lib/fetch.ts";
import { inboxView } from "../domain/views.ts";
import { router } from "./routes.svelte.ts";
import { say } from "./say.svelte.ts";
import { here } from "./session.svelte.ts";
import { stream } from "./stream.svelte.ts";
import { ui } from "./ui.svelte.ts";

class Notices {
  all = $state.raw<Notice[]>([]);
  unread = $state(0);
  next = $state<string | null>(null);
  loaded = $state(false);
  missing = $state(false);
  error = $state<string | null>(null);
  prefs = $state.raw<NoticePrefs | null>(null);
  /* something late that nobody has taken notice of: the bell is red */
  readonly urgent = $derived(this.all.some((n) => asksNotice(n)));

  start(): () => void {
    void this.load(true);
    return stream.on("notice", (data) => this.#heard(data));
  }

  async load(background = false): Promise<void> {
    try {
      this.#page(await get("/api/notices", noticePageShape, { background }), []);
      this.loaded = true;
    } catch (e) {
      this.missing = absent(e);
      this.error = this.missing ? null : why(e);
    }
  }

  async more(): Promise<void> {
    if (this.next === null) return;
    try {
      this.#page(await get(`/api/notices?after=${encodeURIComponent(this.next)}`, noticePageShape), this.all);
    } catch (e) {
      this.error = why(e);
    }
  }

  async loadPrefs(): Promise<void> {
    this.prefs = await get("/api/session/notices", noticePrefsShape, { background: true }).catch(() => null);
  }

  /* The panel was opened: what is in it has been seen. */
  async seen(): Promise<void> {
    const newest = this.all[0];
    if (!newest || this.unread === 0) return;
    const before = this.unread;
    this.unread = 0;
    try {
      await change("POST", "/api/notices/seen", { up_to: newest.id }, () => null);
    } catch (e) {
      this.unread = before;
      this.error = why(e);
    }
  }

  async acknowledge(n: Notice): Promise<void> {
    const before = this.all;
    this.all = this.all.map((x) => (x.id === n.id ? { ...x, acknowledged_at: serverNow(), seen_at: x.seen_at ?? serverNow() } : x));
    try {
      await change("POST", `/api/notices/${n.id}/acknowledge`, {}, () => null);
      say.announce("Noticed");
    } catch (e) {
      this.all = before;
      say.show(why(e));
    }
  }

  open(n: Notice): void {
    ui.overlay = null;
    ui.nav = false;
    if (n.ticket) router.go({ at: "inbox", view: { ...inboxView, name: n.ticket.state === "closed" ? "closed" : "open" }, ticket: n.ticket.id });
    else if (n.kind === "mailbox") router.go({ at: "settings", page: "mailboxes" });
    else if (n.kind === "webhook") router.go({ at: "settings", page: "webhooks" });
  }

  #page(page: { unread: number; notices: Notice[]; next: string | null }, before: Notice[]): void {
    const known = new Set(before.map((n) => n.id));
    this.all = [...before, ...page.notices.filter((n) => !known.has(n.id))];
    this.unread = page.unread;
    this.next = page.next;
    this.missing = false;
    this.error = null;
  }

  #heard(data: unknown): void {
    const { notice, unread, ring } = noticeEventShape(data, "notice");
    this.unread = unread;
    if (!notice) return;
    const isNew = !this.all.some((n) => n.id === notice.id);
    this.all = isNew ? [notice, ...this.all] : this.all.map((n) => (n.id === notice.id ? notice : n));
    if (isNew && notice.seen_at === null) void this.#tell(notice, ring);
  }

  async #tell(n: Notice, ring: boolean | null): Promise<void> {
    say.announce(`${noticeLabel(n.kind).label}: ${n.text}`, noticeLabel(n.kind).tone === "late");
    if (!stream.leads || !("Notification" in window) || Notification.permission !== "granted") return;
    if (ring === false) return;
    /* asked each time: they may have been changed in another tab */
    await this.loadPrefs();
    const { prefs } = this;
    const now = serverNow();
    if (!prefs?.desktop || !wantsKind(prefs, n.kind) || isQuiet(prefs.quiet, hourMinute(now, here.zone), dayNumber(now, here.zone))) return;
    const shown = new Notification(noticeLabel(n.kind).label + (n.ticket ? `: ${n.ticket.client.name}` : ""), { body: n.text, tag: `holdfast-${n.id}` });
    shown.onclick = () => {
      window.focus();
      shown.close();
      this.open(n);
    };
  }
}

export const notices = new Notices();
