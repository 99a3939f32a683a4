import type { MarketCalendar } from "../calendar/index.ts";
import type { Series } from "../lake/keys.ts";
import { intervalMs, utcDate } from "../market.ts";
import { memoize } from "../memoize.ts";

/** Whether a bar that starts at a time overlaps a session; remembered, as the symbols of a market share their times. */
export function sessionCheck(calendar: MarketCalendar, series: Series): (tsMs: number) => boolean {
  const lastInstantMs = intervalMs[series.interval] - 1;
  return memoize((tsMs) =>
    series.interval === "1d"
      ? calendar.session(utcDate(tsMs)) !== null
      : calendar.isOpen(tsMs) || calendar.isOpen(tsMs + lastInstantMs),
  );
}
