/* What the palette offers for what was typed: Do, Go, Find, in that order.
   Everything with a button is also here. */
import { fuzzy, rank } from "../lib/fuzzy.ts";
import type { IconName } from "../parts/icon-names.ts";
import { actionName, actions, type Action } from "./actions.ts";
import { clientPageShape, type ClientRow } from "../domain/client-types.ts";
import { get } from "../lib/fetch.ts";
import { here } from "./session.svelte.ts";
import { inboxView } from "../domain/views.ts";
import { keymap } from "./keymap.svelte.ts";
import { prefs } from "./prefs.svelte.ts";
import { router } from "./routes.svelte.ts";
import { say } from "./say.svelte.ts";
import { store } from "./store.svelte.ts";

export interface Choice { id: string; group: "Do" | "Go" | "Find"; text: string; icon?: IconName | undefined; keys?: string | undefined; side?: string; run: () => void }

const fromAction = (a: Action): Choice => ({
  id: a.id, group: a.group === "Go" ? "Go" : "Do", text: actionName(a), icon: a.icon, keys: keymap.of(a)[0], run: a.perform,
});

/* Z takes back the last; the ones before it stay within reach here. */
const older = (): Choice[] => say.history.slice(1).map((e) => ({ id: `undo-${e.id}`, group: "Do", text: `Undo: ${e.text}`, icon: "undo-2", run: () => say.undo(e) }));

const usable = (): Choice[] => [...actions.filter((a) => a.group !== "Move" && a.enabled()).map(fromAction), ...older()];

export class Palette {
  typed = $state("");
  clients = $state.raw<ClientRow[]>([]);
  #asked: AbortController | null = null;

  choices: Choice[] = $derived.by(() => (this.typed.trim() === "" ? atFirst() : this.#matching(this.typed.trim())));

  #matching(q: string): Choice[] {
    const does = fuzzy(q, usable(), (c) => c.text);
    const people: Choice[] = fuzzy(q, store.members.filter((m) => m.active), (m) => m.name)
      .map((m) => ({ id: `member-${m.id}`, group: "Go", text: m.name, icon: "user", side: m.id === here.me ? "you" : "on the desk", run: () => router.go({ at: "inbox", view: { ...inboxView, assignee: m.id }, ticket: null }) }));
    const companies: Choice[] = this.#companies(q).map((c) => ({ id: `client-${c.id}`, group: "Go", text: c.name, icon: "building-2", side: "client", run: () => router.go({ at: "clients", client: c.id }) }));
    const threads: Choice[] = fuzzy(q, store.all().filter((t) => t.merged_into === null), (t) => `${t.subject} ${t.client.name}`).slice(0, 6)
      .map((t) => ({ id: `t-${t.id}`, group: "Find", text: t.subject || "(no subject)", icon: "mail", side: t.client.name, run: () => router.go({ at: "inbox", view: router.lastView, ticket: t.id }) }));
    const find: Choice = { id: "find", group: "Find", text: `“${q}” in messages`, icon: "search", keys: "/", run: () => router.go({ at: "search", query: q, ticket: null }) };
    return [...does.filter((c) => c.group === "Do").slice(0, 8), ...does.filter((c) => c.group === "Go").slice(0, 6), ...companies.slice(0, 5), ...people.slice(0, 4), find, ...threads];
  }

  /* Those on the list first, then what the server knows beyond it. */
  #companies(q: string): { id: number; name: string }[] {
    const seen = new Map<number, string>();
    for (const t of store.all()) if (rank(q, t.client.name) !== null) seen.set(t.client.id, t.client.name);
    for (const c of this.clients) seen.set(c.id, c.name);
    return fuzzy(q, [...seen].map(([id, name]) => ({ id, name })), (c) => c.name);
  }

  type(): void {
    this.#asked?.abort();
    const q = this.typed.trim();
    if (q.length < 2) {
      this.clients = [];
      return;
    }
    const asked = new AbortController();
    this.#asked = asked;
    get(`/api/clients?${new URLSearchParams({ q, limit: "6" })}`, clientPageShape, { signal: asked.signal }).then((page) => (this.clients = page.clients), () => undefined);
  }

  run(choice: Choice): void {
    prefs.used(choice.id);
    choice.run();
  }
}

/* With nothing typed: what was used last, then what fits the open thread. */
function atFirst(): Choice[] {
  const all = usable();
  const recent = prefs.recent.flatMap((id) => all.filter((c) => c.id === id));
  const rest = all.filter((c) => !recent.includes(c));
  const does = [...recent.filter((c) => c.group === "Do"), ...rest.filter((c) => c.group === "Do")];
  const goes = [...recent.filter((c) => c.group === "Go"), ...rest.filter((c) => c.group === "Go")];
  return [...does, ...goes];
}
