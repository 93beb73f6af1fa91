/* The shapes of the desk's tools (doc/api.md): canned replies, drafts,
   presence, moments, saved views, bulk jobs. */
import { rowDraftShape, ticketShape, uploadShape, type Upload } from "./types.ts";
import { bool, list, map, num, obj, one, opt, or, str, type Of, type Shape } from "./shape.ts";

export const cannedShape = obj({ id: num, name: str, shortcut: or(str, ""), text: or(str, ""), brand: opt(num), shared: or(one("mine", "all"), "all") });
export type Canned = Of<typeof cannedShape>;
export const cannedListShape = obj({ canned: or(list(cannedShape), []) });
export const previewShape = obj({ text: str, missing: or(list(str), []) });
export type Preview = Of<typeof previewShape>;

export const momentsShape = obj({ moments: or(list(obj({ at: num, label: or(str, "") })), []) });
export type Moment = Of<typeof momentsShape>["moments"][number];

/* Addresses come plain or with a name. */
const address: Shape<{ name: string; address: string }> = (v, p) => (typeof v === "string" ? { name: "", address: v } : obj({ name: or(str, ""), address: str })(v, p));
const file: Shape<Upload> = (v, p) => (typeof v === "number" ? { id: v, name: `File ${v}`, type: "application/octet-stream", size: 0 } : uploadShape(v, p));

export const draftShape = obj({
  text: or(str, ""), to: opt(list(address)), cc: opt(list(address)), attachments: or(list(file), []), kind: or(one("reply", "note"), "reply"),
  member: num, at: or(num, 0), version: num, ready: or(bool, false),
});
export type SharedDraft = Of<typeof draftShape>;
export const draftAnswerShape = obj({ draft: opt(draftShape) });
/* The stream says only that there is one, whose, and whether it is ready; its
   words are asked for. */
export const draftEventShape = obj({ ticket: num, draft: opt(rowDraftShape) });
export type DraftNews = Of<typeof draftEventShape>["draft"];

const present = obj({ member: num, doing: one("viewing", "replying"), since: or(num, 0) });
export type Present = Of<typeof present>;
export const presentShape = obj({ ticket: num, members: or(list(present), []) });
export const presenceShape = obj({ presence: or(list(presentShape), []) });

export const savedOrders = ["due", "newest", "oldest"] as const;
export type SavedOrder = (typeof savedOrders)[number];
export const savedShape = obj({
  id: num, name: str, query: or(str, ""), order: or(one(...savedOrders), "due"), shared: or(one("mine", "team", "all"), "mine"),
  members: or(list(num), []), owner: opt(num), position: or(num, 0),
});
export type Saved = Of<typeof savedShape>;
export const savedListShape = obj({ views: or(list(savedShape), []) });
export const savedAnswerShape = obj({ view: opt(savedShape) });
export const savedCountsShape = obj({ counts: or(map(num), {}) });
export const countShape = obj({ count: num });

export const jobShape = obj({
  id: num, act: (v) => v, total: or(num, 0), done: or(num, 0), refused: or(list(obj({ ticket: num, subject: or(str, ""), reason: or(str, "") })), []),
  state: one("running", "done", "undoing", "undone"), by: opt(num), at: or(num, 0),
});
export type Job = Of<typeof jobShape>;
export const jobAnswerShape = obj({ job: jobShape });

export const suggestionsShape = obj({ suggestions: or(list(obj({ ticket: ticketShape, why: or(list(str), []) })), []) });
export type Suggestion = Of<typeof suggestionsShape>["suggestions"][number];

export const keysShape = obj({ keys: or(map(str), {}) });
