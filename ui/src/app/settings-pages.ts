/* The pages of the settings: order, words and drawing. The side list, the
   palette and the addresses are all made from this. */
import type { IconName } from "../parts/icon-names.ts";

export const settingsPages = [
  { page: "account", title: "Account", icon: "user", group: "You" },
  { page: "notices", title: "Notices", icon: "bell", group: "You" },
  { page: "agency", title: "Agency", icon: "building-2", group: "The desk" },
  { page: "brands", title: "Brands", icon: "palette", group: "The desk" },
  { page: "calendar", title: "Working hours", icon: "calendar", group: "The desk" },
  { page: "types", title: "Request types", icon: "tag", group: "The desk" },
  { page: "canned", title: "Canned replies", icon: "message-square-text", group: "The desk" },
  { page: "members", title: "Members", icon: "users", group: "The desk" },
  { page: "mailboxes", title: "Mailboxes", icon: "mailbox", group: "Mail" },
  { page: "addresses", title: "Addresses", icon: "at-sign", group: "Mail" },
  { page: "suppressed", title: "Suppressed", icon: "ban", group: "Mail" },
  { page: "moving-in", title: "Moving in", icon: "package-open", group: "Mail" },
  { page: "webhooks", title: "Webhooks", icon: "webhook", group: "Connections" },
  { page: "tokens", title: "Access tokens", icon: "key-round", group: "Connections" },
  { page: "export", title: "Export", icon: "download", group: "Connections" },
  { page: "audit", title: "Audit log", icon: "scroll-text", group: "Record" },
  { page: "health", title: "Health", icon: "heart-pulse", group: "Record" },
] as const satisfies readonly { page: string; title: string; icon: IconName; group: string }[];

export type SettingsPage = (typeof settingsPages)[number]["page"];

export const isSettingsPage = (name: string | undefined): name is SettingsPage => settingsPages.some((p) => p.page === name);
