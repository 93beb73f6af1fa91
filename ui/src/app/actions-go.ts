/* Where one can go, and what belongs to the whole desk. */
import { inboxView, viewLabels, type ViewName } from "../domain/views.ts";
import type { Action } from "./actions.ts";
import { current, currentId } from "./current.ts";
import { focusPane } from "./panes.ts";
import { found } from "./found.svelte.ts";
import { listing } from "./listing.svelte.ts";
import { prefs } from "./prefs.svelte.ts";
import { router, type Route } from "./routes.svelte.ts";
import { settingsPages } from "./settings-pages.ts";
import { say } from "./say.svelte.ts";
import { selection } from "./selection.svelte.ts";
import { here } from "./session.svelte.ts";
import { ui } from "./ui.svelte.ts";

const yes = () => true;

function go(route: Route): void {
  ui.nav = false;
  ui.picker = null;
  router.go(route);
}

const place = (id: string, name: string, keys: string[], icon: NonNullable<Action["icon"]>, route: Route): Action => ({
  id, name, group: "Go", keys, icon, enabled: yes, perform: () => go(route),
});

const view = (name: ViewName, keys: string[]): Action =>
  place(`go-${name}`, viewLabels[name].label, keys, viewLabels[name].icon, { at: "inbox", view: { ...inboxView, name }, ticket: null });

/* Down and up the list; the thread follows, as reading mail does. */
function step(by: 1 | -1): void {
  const { route } = router;
  if (route.at !== "inbox" && route.at !== "search") return;
  if (listing.held) listing.release();
  const ids = listing.ids;
  const at = route.ticket === null ? -1 : ids.indexOf(route.ticket);
  const next = at < 0 ? ids[by === 1 ? 0 : ids.length - 1] : ids[at + by];
  if (next !== undefined && route.at === "inbox") router.go({ ...route, ticket: next }, "replace");
}

function upOne(): void {
  if (ui.back()) return;
  if (selection.on) return selection.clear();
  const { route } = router;
  if (route.at === "inbox" && route.ticket !== null && ui.narrow) router.go({ ...route, ticket: null });
  else if (route.at === "search" && route.ticket !== null) router.go({ ...route, ticket: null });
  else if (route.at === "clients" && route.client !== null) router.go({ at: "clients", client: null });
  else focusPane("list");
}

function nextTheme(): void {
  const dark = prefs.theme === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : prefs.theme === "dark";
  prefs.setTheme(dark ? "light" : "dark");
}

const inInbox = () => router.route.at === "inbox";
const inList = () => inInbox() && currentId() !== null;

export const goActions: Action[] = [
  { id: "next", name: "Next thread", group: "Move", keys: ["j", "]"], enabled: yes, perform: () => step(1) },
  { id: "previous", name: "Previous thread", group: "Move", keys: ["k", "["], enabled: yes, perform: () => step(-1) },
  { id: "select", name: "Select", group: "Move", keys: ["x"], enabled: inList, perform: () => selection.toggle(currentId() ?? 0) },
  { id: "select-next", name: "Select and go on", group: "Move", keys: ["shift+j"], enabled: inInbox, perform: () => selection.extend(1) },
  { id: "select-previous", name: "Select and go back", group: "Move", keys: ["shift+k"], enabled: inInbox, perform: () => selection.extend(-1) },
  { id: "select-all", name: "Select all", group: "Do", keys: ["mod+a"], icon: "list-checks", enabled: inInbox, perform: () => selection.all() },
  { id: "next-hit", name: "Next hit", group: "Move", keys: ["."], enabled: () => found.count > 0, perform: () => found.step(1) },
  { id: "previous-hit", name: "Previous hit", group: "Move", keys: [","], enabled: () => found.count > 0, perform: () => found.step(-1) },
  { id: "open", name: "Open", group: "Move", keys: ["o"], enabled: () => currentId() !== null, perform: () => focusPane("conversation") },
  { id: "pane", name: "Next pane", group: "Move", keys: ["f6"], enabled: yes, perform: () => focusPane("next"), always: true },
  { id: "pane-back", name: "Previous pane", group: "Move", keys: ["shift+f6"], enabled: yes, perform: () => focusPane("previous"), always: true },
  { id: "back", name: "Back, close", group: "Move", keys: ["escape"], enabled: yes, perform: upOne, always: true },
  { id: "up", name: "Back to the list", group: "Move", keys: ["u"], enabled: () => currentId() !== null, perform: upOne },
  { id: "client-state", name: "Client state", group: "Do", keys: ["i"], icon: "building-2", enabled: () => current() !== null, perform: () => (ui.rail = !ui.rail) },
  {
    id: "undo", name: () => (say.history[0] ? `Undo: ${say.history[0].text}` : "Undo"), group: "Do", keys: ["z"], icon: "undo-2",
    enabled: () => say.history.length > 0, perform: () => say.undo(),
  },
  { id: "new-call", name: "New thread by a call", group: "Do", keys: ["shift+c"], icon: "phone", enabled: yes, perform: () => (ui.overlay = "call") },
  { id: "new", name: "New thread", group: "Do", keys: ["shift+n"], icon: "square-pen", enabled: yes, perform: () => (ui.overlay = "new") },
  view("open", ["g i"]), view("mine", ["g m"]), view("unassigned", ["g u"]), view("flagged", ["g f"]), view("waiting", ["g w"]), view("snoozed", ["g h"]), view("closed", ["g d"]),
  place("go-clients", "Clients", ["g c"], "building-2", { at: "clients", client: null }),
  place("go-settings", "Settings", ["g s"], "settings", { at: "settings", page: "agency" }),
  ...settingsPages.filter((p) => p.page !== "agency").map((p) => place(`go-${p.page}`, p.page === "notices" ? "Which notices reach me" : p.title, [], p.icon, { at: "settings", page: p.page })),
  { id: "notices", name: "Notices", group: "Go", keys: ["g n"], icon: "bell", enabled: yes, perform: () => (ui.overlay = ui.overlay === "notices" ? null : "notices") },
  place("go-quarantine", "Set aside mail", ["g q"], "shield-alert", { at: "quarantine" }),
  place("search", "Search", ["/"], "search", { at: "search", query: "", ticket: null }),
  { id: "palette", name: "Everything", group: "Move", keys: ["mod+k"], enabled: yes, perform: () => (ui.overlay = ui.overlay === "palette" ? null : "palette"), always: true },
  { id: "keys", name: "Keys", group: "Do", keys: ["?"], icon: "keyboard", enabled: yes, perform: () => (ui.overlay = "keys") },
  { id: "theme", name: "Light or dark", group: "Do", keys: ["shift+d"], icon: "moon", enabled: yes, perform: nextTheme },
  { id: "theme-system", name: "Light or dark as the system", group: "Do", keys: [], icon: "monitor", enabled: () => prefs.theme !== "system", perform: () => prefs.setTheme("system") },
  {
    id: "single-keys", name: () => (prefs.singleKeys ? "Turn single keys off" : "Turn single keys on"), group: "Do", keys: [], icon: "keyboard",
    enabled: yes, perform: () => prefs.setSingleKeys(!prefs.singleKeys),
  },
  { id: "sign-out", name: "Sign out", group: "Do", keys: [], icon: "log-out", enabled: yes, perform: () => void here.signOut() },
];
