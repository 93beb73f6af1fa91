/* F6 walks the panes in reading order: navigation, list, conversation,
   client state. A pane says who it is by data-pane and takes the keyboard at
   its first reasonable place. */

type Where = "next" | "previous" | "list" | "conversation";

/* In order of preference: what the pane names, its open row, its list, then
   anything that takes the keyboard. */
const entries = ["[data-enter]", "[role='option'][tabindex='0']", "[aria-current]", "[role='listbox'][tabindex='0']", "[tabindex='0'], a[href], button:not([disabled]), input, textarea"];

function enter(pane: HTMLElement): void {
  for (const selector of entries) {
    const inside = [...pane.querySelectorAll<HTMLElement>(selector)].find((e) => e.getClientRects().length > 0);
    if (inside) return inside.focus();
  }
  pane.focus();
}

export function focusPane(where: Where): void {
  const panes = [...document.querySelectorAll<HTMLElement>("[data-pane]")].filter((p) => p.offsetParent !== null || p.getClientRects().length > 0);
  const at = panes.findIndex((p) => p.contains(document.activeElement));
  const named = panes.find((p) => p.dataset["pane"] === where);
  const step = where === "previous" ? -1 : 1;
  const pane = named ?? panes[(at + step + panes.length) % panes.length];
  if (pane) enter(pane);
}
