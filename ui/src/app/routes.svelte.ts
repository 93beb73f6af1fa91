/* Every list, ticket, client, search and settings page has an address that
   can be kept and sent. The address is the state: going back is going back. */
import { inboxView, parseView, viewQuery, type View } from "../domain/views.ts";
import { isSettingsPage, type SettingsPage } from "./settings-pages.ts";

export type Route =
  | { at: "inbox"; view: View; ticket: number | null }
  | { at: "clients"; client: number | null }
  | { at: "search"; query: string; ticket: number | null }
  | { at: "quarantine" }
  | { at: "settings"; page: SettingsPage; id?: number | null }
  | { at: "first-run" }
  | { at: "sign-in"; token: string | null };

const number = (text: string | undefined): number | null => {
  const n = Number(text);
  return text !== undefined && Number.isSafeInteger(n) && n > 0 ? n : null;
};

export function parseRoute(url: URL): Route {
  const [first, second, third] = url.pathname.split("/").filter((part) => part !== "");
  const q = url.searchParams;
  switch (first) {
    case "t": return q.has("q")
      ? { at: "search", query: q.get("q") ?? "", ticket: number(second) }
      : { at: "inbox", view: parseView(q), ticket: number(second) };
    case "views": return { at: "inbox", view: { ...inboxView, saved: number(second) }, ticket: null };
    case "clients": return { at: "clients", client: number(second) };
    case "search": return { at: "search", query: q.get("q") ?? "", ticket: null };
    case "quarantine": return { at: "quarantine" };
    case "settings": return { at: "settings", page: isSettingsPage(second) ? second : "agency", id: number(third) };
    case "first-run": return { at: "first-run" };
    case "sign-in": return { at: "sign-in", token: url.hash.slice(1) || null };
    default: return { at: "inbox", view: parseView(q), ticket: null };
  }
}

const withQuery = (path: string, query: string): string => (query === "" ? path : `${path}?${query}`);

export function hrefOf(route: Route): string {
  switch (route.at) {
    case "inbox": return route.ticket === null && route.view.saved !== null ? `/views/${route.view.saved}` : withQuery(route.ticket === null ? "/inbox" : `/t/${route.ticket}`, viewQuery(route.view));
    case "clients": return route.client === null ? "/clients" : `/clients/${route.client}`;
    case "search": return withQuery(route.ticket === null ? "/search" : `/t/${route.ticket}`, new URLSearchParams({ q: route.query }).toString());
    case "quarantine": return "/quarantine";
    case "settings": return route.id ? `/settings/${route.page}/${route.id}` : `/settings/${route.page}`;
    case "first-run": return "/first-run";
    case "sign-in": return "/sign-in";
  }
}

class Router {
  route = $state.raw<Route>(parseRoute(new URL(location.href)));
  /* where the inbox was left, so that coming back finds the same list */
  lastView = $state.raw<View>(inboxView);

  constructor() {
    addEventListener("popstate", () => this.#set(parseRoute(new URL(location.href))));
    document.addEventListener("click", (e) => this.#click(e));
  }

  go(route: Route, how: "push" | "replace" = "push"): void {
    const href = hrefOf(route);
    if (href !== location.pathname + location.search) {
      if (how === "push") history.pushState(null, "", href);
      else history.replaceState(null, "", href);
    } else if (location.hash) history.replaceState(null, "", href);
    this.#set(route);
  }

  #set(route: Route): void {
    this.route = route;
    if (route.at === "inbox") this.lastView = route.view;
  }

  /* Links are real links: a new tab works, a plain click stays on the page. */
  #click(e: MouseEvent): void {
    if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    const link = e.target instanceof Element ? e.target.closest("a") : null;
    if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.pathname.startsWith("/api/")) return;
    e.preventDefault();
    this.go(parseRoute(new URL(link.href)));
  }
}

export const router = new Router();
