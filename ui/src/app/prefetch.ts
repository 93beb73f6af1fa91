/* The next two threads are read ahead, so that the next key shows them at
   once. Only after a pause: running down a list with J must not ask for each
   of the rows passed. */
import { store } from "./store.svelte.ts";

const PAUSE_MS = 120;
const KEEP = 60;

let timer: ReturnType<typeof setTimeout> | null = null;

export function prefetch(ids: number[], open: number): void {
  if (timer !== null) clearTimeout(timer);
  timer = setTimeout(() => {
    const at = ids.indexOf(open);
    for (const id of ids.slice(at + 1, at + 3)) {
      if (store.record(id).stale) void store.load(id, true);
    }
    forget(open);
  }, PAUSE_MS);
}

/* Threads read long ago are cheap to read again and dear to keep. */
function forget(open: number): void {
  const ids = [...store.threads.keys()];
  for (const id of ids.slice(0, Math.max(0, ids.length - KEEP))) {
    if (id !== open) store.threads.delete(id);
  }
}
