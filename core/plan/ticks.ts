/** When a series is asked for by schedule. */
import { calendarFor } from "../calendar/index.ts";
import type { MarketConfig } from "../config/index.ts";
import type { Series } from "../lake/keys.ts";
import { intervalMs, utcDate } from "../market.ts";
import { closedAt } from "../schedule/closed-market.ts";
import { cronTimes, cronTimesWithin } from "../schedule/cron.ts";

const dayMs = intervalMs["1d"];
/** End-of-day ticks come so long after the close. */
const afterCloseMs = 20 * 60_000;

/**
 * Ticks within `[fromMs, toMs)`, UTC ms, those of closed markets left out: by the cron of the market, or, for bars that the
 * configuration does not schedule, at the end of each bar.
 */
export function ticksBetween(market: MarketConfig, series: Series, fromMs: number, toMs: number): number[] {
  const cron = cronOf(market, series);
  const ticks =
    cron === null
      ? endsOfBars(series, fromMs, toMs)
      : cronTimesWithin(cronTimes(cron, market.timeZone), fromMs, toMs);
  return [...ticks].filter((tickMs) => closedAt(series, tickMs) === null);
}

function cronOf({ intraday, endOfDay }: MarketConfig, { interval }: Series): string | null {
  if (interval === "1d") return endOfDay;
  return intraday?.interval === interval ? intraday.cron : null;
}

function* endsOfBars({ assetClass, interval }: Series, fromMs: number, toMs: number): Generator<number> {
  if (interval === "1d") {
    const calendar = calendarFor(assetClass)!;
    for (const { closeMs } of calendar.sessions(utcDate(fromMs - dayMs), utcDate(toMs + dayMs))) {
      const tickMs = closeMs + afterCloseMs;
      if (tickMs >= fromMs && tickMs < toMs) yield tickMs;
    }
    return;
  }
  const lengthMs = intervalMs[interval];
  for (let tickMs = Math.ceil(fromMs / lengthMs) * lengthMs; tickMs < toMs; tickMs += lengthMs) yield tickMs;
}
