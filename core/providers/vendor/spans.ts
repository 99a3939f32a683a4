/** Windows cut into the pieces that a vendor answers in one call. */
import { utcDate } from "../../market.ts";
import type { Window } from "./bar-rows.ts";
import { localDateMs } from "./cells.ts";

/** Pieces of at most `spanMs`, newest first, so that a run that is cut off has the freshest bars. */
export function spans({ fromMs, toMs }: Window, spanMs: number): Window[] {
  const pieces: Window[] = [];
  for (let endMs = toMs; endMs > fromMs; endMs -= spanMs) {
    pieces.push({ fromMs: Math.max(fromMs, endMs - spanMs), toMs: endMs });
  }
  return pieces;
}

/** Calendar months of a zone, `YYYY-MM`, that a window touches; newest first. */
export function months({ fromMs, toMs }: Window, zone: string): string[] {
  if (fromMs >= toMs) return [];
  const names: string[] = [];
  const first = new Date(localDateMs(fromMs, zone));
  const lastMs = localDateMs(toMs - 1, zone);
  let month = Date.UTC(first.getUTCFullYear(), first.getUTCMonth());
  while (month <= lastMs) {
    names.unshift(utcDate(month).slice(0, 7));
    month = nextMonth(month);
  }
  return names;
}

function nextMonth(monthMs: number): number {
  const start = new Date(monthMs);
  return Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1);
}
