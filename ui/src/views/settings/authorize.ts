/* The way to the provider's page and back. The page that comes back is a new
   one, so what was asked for is kept in this tab until then. */
import { authorizeShape } from "../../domain/mailbox-types.ts";
import { serverNow } from "../../lib/dates.ts";
import { change } from "../../lib/fetch.ts";

const KEY = "holdfast.authorizing";

/* Clocks differ a little between answers. */
const SLACK_MS = 60_000;

export interface Returned { mailbox: number; from: number; error: string | null }

export const authorizing = {
  async go(mailbox: number): Promise<void> {
    const { url } = await change("POST", `/api/settings/mailboxes/${mailbox}/authorize`, {}, authorizeShape);
    sessionStorage.setItem(KEY, JSON.stringify({ mailbox, from: serverNow() - SLACK_MS }));
    location.assign(url);
  },

  /* How it went, told once; null when nobody has been away. */
  returned(here: URL): Returned | null {
    const kept = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    const said = here.searchParams.get("refused") ?? here.searchParams.get("error") ?? here.searchParams.get("said");
    /* come back in another tab, or long after: what was said is told all the same */
    if (kept === null) return said === null ? null : { mailbox: 0, from: 0, error: said };
    const away: unknown = JSON.parse(kept);
    if (typeof away !== "object" || away === null || !("mailbox" in away) || !("from" in away)) return null;
    return { mailbox: Number(away.mailbox), from: Number(away.from), error: said };
  },
};
