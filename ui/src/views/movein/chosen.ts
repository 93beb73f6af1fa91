/* Whose mail counts as ours when the past is read: the desk's addresses and
   those of its members, before anybody has said more. */
import { addressesShape, membersShape } from "../../domain/client-types.ts";
import { get } from "../../lib/fetch.ts";

export async function usualMine(): Promise<string[]> {
  const [addresses, members] = await Promise.all([get("/api/settings/addresses", addressesShape), get("/api/members", membersShape)]);
  return [...new Set([...addresses.map((a) => a.address), ...members.map((m) => m.address)])];
}

/* What somebody typed: a line or a comma each. */
export const addressesOf = (text: string): string[] => [...new Set(text.split(/[\s,;]+/u).map((a) => a.trim().toLowerCase()).filter((a) => a.includes("@")))];
