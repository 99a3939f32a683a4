/** Windows cut into the pieces that a vendor answers in one call. */
import type { Window } from "./bar-rows.ts";

const dayMs = 86_400_000;

/** Pieces of at most `spanMs`, newest first, so that a run that is cut off has the freshest bars. */
export function spans({ fromMs, toMs }: Window, spanMs: number): Window[] {
  const pieces: Window[] = [];
  for (let endMs = toMs; endMs > fromMs; endMs -= spanMs) {
    pieces.push({ fromMs: Math.max(fromMs, endMs - spanMs), toMs: endMs });
  }
  return pieces;
}

/** Calendar months, `YYYY-MM`, that a window touches in a clock that is at most a day off UTC; newest first. */
export function months({ fromMs, toMs }: Window): string[] {
  const names: string[] = [];
  const first = new Date(fromMs - dayMs);
  let month = Date.UTC(first.getUTCFullYear(), first.getUTCMonth());
  while (month < toMs) {
    const start = new Date(month);
    names.unshift(start.toISOString().slice(0, 7));
    month = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1);
  }
  return names;
}
