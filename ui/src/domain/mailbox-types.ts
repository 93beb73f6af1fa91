/* Mailboxes that are fetched from (doc/api.md), and what their health means. */
import { bool, list, num, obj, one, opt, or, str, type Of } from "./shape.ts";

export const providers = ["other", "google", "microsoft"] as const;
export type Provider = (typeof providers)[number];
export const mailboxStates = ["off", "connecting", "connected", "retrying", "refused", "token_expired", "certificate"] as const;
export type MailboxState = (typeof mailboxStates)[number];

const tls = or(one("implicit", "starttls"), "implicit");
const auth = or(one("password", "oauth2"), "password");

const healthShape = obj({
  state: one(...mailboxStates), since_at: opt(num), said: or(str, ""), last_mail_at: opt(num), next_try_at: opt(num), behind: opt(num),
});
export type MailboxHealth = Of<typeof healthShape>;

export const mailboxShape = obj({
  id: num, name: str, address: opt(num), provider: or(one(...providers), "other"), active: or(bool, true),
  imap: obj({ host: str, port: num, tls, user: or(str, ""), auth, folder: or(str, "INBOX"), sent_folder: opt(str) }),
  smtp: opt(obj({ host: str, port: num, tls, user: or(str, ""), auth })),
  oauth: opt(obj({ client: or(str, ""), tenant: opt(str), authorized_at: opt(num) })),
  health: or(healthShape, { state: "off", since_at: null, said: "", last_mail_at: null, next_try_at: null, behind: null }),
});
export type Mailbox = Of<typeof mailboxShape>;
export const mailboxesShape = obj({ seq: or(num, 0), mailboxes: list(mailboxShape) });
export const mailboxAnswerShape = obj({ seq: or(num, 0), mailbox: mailboxShape });
export const mailboxEventShape = obj({ mailbox: mailboxShape });

export const checkShape = obj({ ok: bool, steps: list(obj({ step: str, ok: bool, said: or(str, "") })) });
export type Check = Of<typeof checkShape>;
export const foldersShape = obj({ folders: list(obj({ name: str, messages: opt(num), sent: or(bool, false) })) });
export type Folder = Of<typeof foldersShape>["folders"][number];
export const authorizeShape = obj({ url: str });

export const providerLabels: Record<Provider, string> = { google: "Gmail", microsoft: "Microsoft 365", other: "Another" };
/* Whom one signs in with. */
export const providerNames: Record<Provider, string> = { google: "Google", microsoft: "Microsoft", other: "the provider" };

interface Preset { imap: { host: string; port: number; tls: "implicit" | "starttls" }; smtp: { host: string; port: number; tls: "implicit" | "starttls" }; auth: "password" | "oauth2" }
export const presets: Record<Provider, Preset> = {
  google: { imap: { host: "imap.gmail.com", port: 993, tls: "implicit" }, smtp: { host: "smtp.gmail.com", port: 465, tls: "implicit" }, auth: "oauth2" },
  microsoft: { imap: { host: "outlook.office365.com", port: 993, tls: "implicit" }, smtp: { host: "smtp.office365.com", port: 587, tls: "starttls" }, auth: "oauth2" },
  other: { imap: { host: "", port: 993, tls: "implicit" }, smtp: { host: "", port: 465, tls: "implicit" }, auth: "password" },
};

interface StateLabel { label: string; tone: "" | "kept" | "soon" | "late"; next: string }

export const stateOf: Record<MailboxState, StateLabel> = {
  off: { label: "Off", tone: "", next: "" },
  connecting: { label: "Connecting", tone: "", next: "" },
  connected: { label: "Connected", tone: "kept", next: "" },
  retrying: { label: "Gone for now", tone: "soon", next: "It is tried again by itself. Mail waits on the server and keeps its real time of arrival." },
  refused: { label: "Refused", tone: "late", next: "The server does not let us in. Check name, password and folder below. Mail is safe on the server and keeps its real time of arrival." },
  token_expired: { label: "Permission ended", tone: "late", next: "Nothing is fetched until it is renewed. Mail is safe on the server and keeps its real time of arrival." },
  certificate: { label: "Not the right server", tone: "late", next: "The server could not prove that it is the one you named, so nothing was said to it. Check the name below, or ask whoever runs that server." },
};

const stepLabels: Record<string, string> = {
  resolve: "Finds the server", connect: "Reaches it", tls: "Speaks in private", sign_in: "Signs in", folder: "Opens the folder", sent: "Opens sent mail", smtp: "Can send",
};
export const stepLabel = (step: string): string => stepLabels[step] ?? step.replaceAll("_", " ");
export const allSteps = ["resolve", "connect", "tls", "sign_in", "folder", "sent", "smtp"];
