/* The rows behind a clock: what was counted until now, and what lies between
   now and the due time (nights, holidays). Pure. */
import type { DeskPromise } from "./types.ts";

type Part = DeskPromise["sum"][number];
/* open: goes on now; ahead: has not happened yet */
export interface SumRow extends Part { open: boolean; ahead: boolean }

const MINUTE = 60_000;

export function sumRows(p: DeskPromise, now: number): SumRow[] {
  const rows: SumRow[] = [];
  for (const s of p.sum) {
    if (s.from_at >= now) rows.push({ ...s, open: false, ahead: true });
    else if (s.to_at <= now) rows.push({ ...s, open: false, ahead: false });
    else {
      const counted = s.what === "counted" ? Math.min(s.counted_ms, now - s.from_at) : 0;
      rows.push({ ...s, to_at: now, counted_ms: counted, open: true, ahead: false });
      if (s.what === "counted" && s.counted_ms - counted >= MINUTE && p.sum.at(-1) !== s) rows.push({ ...s, from_at: now, counted_ms: s.counted_ms - counted, open: false, ahead: true });
    }
  }
  /* What is left stands below; the last stretch up to it says nothing new. */
  while (rows.at(-1)?.ahead && rows.at(-1)?.what === "counted") rows.pop();
  return rows;
}
