import { calendarFor, expectedBarsWithin } from "../calendar/index.ts";
import type { Series } from "../lake/keys.ts";
import { intervalMs } from "../market.ts";
import type { Window } from "../providers/vendor/bar-rows.ts";

/** Bars of `symbol` that start within a half-open window; where its calendar is unknown, by its asset class's usual one. */
export function expectedBars({ assetClass, interval }: Series, symbol: string, window: Window): number {
  const calendar = calendarFor(assetClass, symbol) ?? calendarFor(assetClass)!;
  return expectedBarsWithin(calendar, intervalMs[interval], window);
}
