/* Every user action is one object. The keyboard, the palette, the menus and
   the key sheet are all made from this list: an action that is not here does
   not exist, and one that is here can be reached without a mouse. */
import type { IconName } from "../parts/icon-names.ts";
import { goActions } from "./actions-go.ts";
import { ticketActions } from "./actions-ticket.ts";

export interface Action {
  id: string;
  /* in the palette and the key sheet; may depend on what is open */
  name: string | (() => string);
  group: "Do" | "Go" | "Move";
  icon?: IconName;
  /* "e", "mod+k", "g i": letters are what the key produces */
  keys: string[];
  enabled: () => boolean;
  perform: () => void;
  /* works while typing too */
  always?: boolean;
}

export const actions: Action[] = [...ticketActions, ...goActions];

export function actionName(a: Action): string {
  return typeof a.name === "string" ? a.name : a.name();
}

export function findAction(id: string): Action | undefined {
  return actions.find((a) => a.id === id);
}
