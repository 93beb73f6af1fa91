/* What can be done to a client and its people. These wait for their answer:
   they are rare, and their refusals belong beside the form. */

import { change, commandId, why } from "../lib/fetch.ts";
import { clients } from "./clients.svelte.ts";
import { say } from "./say.svelte.ts";
import { store } from "./store.svelte.ts";

const done = () => null;

/* Null when done, else the reason. */
async function run(method: "POST" | "PATCH", path: string, body: unknown, client: number): Promise<string | null> {
  try {
    await change(method, path, body, done, commandId());
    await clients.load(client).catch(() => undefined);
    return null;
  } catch (error) {
    return why(error);
  }
}

export async function confirmClient(id: number): Promise<void> {
  const error = await run("PATCH", `/api/clients/${id}`, { stage: "client" }, id);
  say.show(error ?? "Confirmed as a client", error ? null : () => void run("PATCH", `/api/clients/${id}`, { stage: "provisional" }, id));
  if (error) return;
  for (const t of store.base.values()) {
    if (t.client.id === id) store.base.set(t.id, { ...t, client: { ...t.client, stage: "client" } });
  }
}

export const editClient = (id: number, body: { name?: string; domain?: string | null }): Promise<string | null> => run("PATCH", `/api/clients/${id}`, body, id);

export async function mergeClient(id: number, into: { id: number; name: string }): Promise<string | null> {
  const error = await run("POST", `/api/clients/${id}/merge`, { into: into.id }, into.id);
  if (!error) say.show(`Merged into ${into.name}`, () => void run("POST", `/api/clients/${id}/unmerge`, {}, id));
  return error;
}

export const addContact = (client: number, name: string, address: string): Promise<string | null> => run("POST", `/api/clients/${client}/contacts`, { name, address }, client);

export const renameContact = (client: number, id: number, name: string): Promise<string | null> => run("PATCH", `/api/contacts/${id}`, { name }, client);

export const moveContact = (client: number, id: number, to: number): Promise<string | null> => run("PATCH", `/api/contacts/${id}`, { client: to }, client);

export const mergeContact = (client: number, id: number, into: number): Promise<string | null> => run("POST", `/api/contacts/${id}/merge`, { into }, client);
