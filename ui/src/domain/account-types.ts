/* Signing in, sessions and tokens (doc/api.md). */
import { bool, list, num, obj, opt, or, str, type Of } from "./shape.ts";

export const sessionRowShape = obj({ id: num, agent: or(str, ""), address: or(str, ""), created_at: num, seen_at: opt(num), current: or(bool, false) });
export type SessionRow = Of<typeof sessionRowShape>;
/* `totp` null: an older server does not say */
export const sessionsShape = obj({ sessions: list(sessionRowShape), totp: opt(bool), recovery: opt(num) });

export const totpShape = obj({ secret: str, uri: or(str, ""), qr: or(str, "") });
export type Totp = Of<typeof totpShape>;
export const recoveryShape = obj({ recovery: list(str) });

export const tokenShape = obj({ id: num, name: str, member: opt(num), rights: list(str), created_at: num, last_used_at: opt(num), expires_at: opt(num) });
export type Token = Of<typeof tokenShape>;
export const tokensShape = obj({ tokens: list(tokenShape) });
export const newTokenShape = obj({ token: str });

export const inviteShape = obj({ link: opt(str), mailed: opt(bool) });

/* What each right opens, in the order of the server's table. A token never has more than its owner. */
export const rights = [
  { name: "ticket_read", text: "Read threads and messages", group: "Threads" },
  { name: "ticket_write", text: "Answer, assign and change threads", group: "Threads" },
  { name: "client_read", text: "Read clients and people", group: "Clients" },
  { name: "client_write", text: "Change clients and people", group: "Clients" },
  { name: "quarantine_read", text: "See mail that was set aside", group: "Mail" },
  { name: "quarantine_write", text: "File mail that was set aside", group: "Mail" },
  { name: "settings_read", text: "Read settings and health", group: "Settings" },
  { name: "settings_write", text: "Change settings", group: "Settings", partner: true },
  { name: "member_write", text: "Change members", group: "Settings", partner: true },
  { name: "audit_read", text: "Read the audit log", group: "Settings", partner: true },
] as const;

export const rightText = (name: string): string => rights.find((r) => r.name === name)?.text ?? name.replaceAll("_", " ");

const browsers = [["Edg/", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"], ["curl/", "curl"]] as const;
const systems = [["iPhone", "iPhone"], ["iPad", "iPad"], ["Android", "Android"], ["Windows", "Windows"], ["Mac OS", "macOS"], ["CrOS", "ChromeOS"], ["Linux", "Linux"]] as const;

/* "Firefox on Windows", from what the browser says about itself. */
export function agentName(agent: string): string {
  const browser = browsers.find(([sign]) => agent.includes(sign))?.[1];
  const system = systems.find(([sign]) => agent.includes(sign))?.[1];
  if (!browser && !system) return agent === "" ? "Unknown browser" : agent.slice(0, 60);
  return [browser ?? "A browser", system].filter((x) => x).join(" on ");
}

export const onPhone = (agent: string): boolean => /iPhone|Android|Mobile/.test(agent);
