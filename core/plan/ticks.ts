/** When a series is asked for by schedule. */
import { calendarFor } from "../calendar/index.ts";
import { tickOf, type MarketConfig } from "../config/index.ts";
import type { Series } from "../lake/keys.ts";
import { intervalMs, utcDate } from "../market.ts";
import { closedAt } from "../schedule/closed-market.ts";
import { cronTimes, cronTimesWithin } from "../schedule/cron.ts";

const dayMs = intervalMs["1d"];
/** End-of-day ticks come so long after the close. */
const afterCloseMs = 20 * 60_000;
const oncePerTick = { count: 1, everyMs: 0 };

/**
 * Ticks within `[fromMs, toMs)`, UTC ms, those of closed markets left out: by the cron of the market, each poll of a stream
 * for itself, or, for bars that the configuration does not schedule, at the end of each bar.
 */
export function ticksBetween(market: MarketConfig, series: Series, fromMs: number, toMs: number): number[] {
  const scheduled = tickOf(market, series.interval);
  const ticks =
    scheduled === null
      ? endsOfBars(series, fromMs, toMs)
      : cronTimesWithin(cronTimes(scheduled.cron, market.timeZone), fromMs, toMs);
  const { count, everyMs } = scheduled?.polls ?? oncePerTick;
  return [...ticks]
    .flatMap((tickMs) => Array.from({ length: count }, (_, poll) => tickMs + poll * everyMs))
    .filter((tickMs) => closedAt(series, tickMs) === null);
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
