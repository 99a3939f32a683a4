/** When a series is asked for by schedule. */
import { calendarFor } from "../calendar/index.ts";
import { tickOf, type MarketConfig } from "../config/index.ts";
import { intervalMs, utcDate } from "../market.ts";
import { hoursOf, isClosedAt } from "../schedule/closed-market.ts";
import { cronTimes, cronTimesWithin } from "../schedule/cron.ts";
import type { Wish } from "./work.ts";

const dayMs = intervalMs["1d"];
/** End-of-day ticks come so long after the close. */
const afterCloseMs = 20 * 60_000;
const oncePerTick = { count: 1, everyMs: 0 };

/**
 * Ticks within `[fromMs, toMs)`, UTC ms, those of closed markets left out: by the cron of the market, each poll of a stream
 * for itself, or, for bars that the configuration does not schedule, at the end of each bar.
 */
export function ticksBetween(market: MarketConfig, wish: Wish, fromMs: number, toMs: number): number[] {
  const scheduled = tickOf(market, wish.interval);
  const ticks =
    scheduled === null
      ? endsOfBars(wish, fromMs, toMs)
      : cronTimesWithin(cronTimes(scheduled.cron, market.timeZone), fromMs, toMs);
  const { count, everyMs } = scheduled?.polls ?? oncePerTick;
  const hours = hoursOf(wish.assetClass, wish.symbols);
  return [...ticks]
    .flatMap((tickMs) => Array.from({ length: count }, (_, poll) => tickMs + poll * everyMs))
    .filter((tickMs) => !isClosedAt(wish.interval, hours, tickMs));
}

function* endsOfBars(
  { assetClass, interval, symbols }: Wish,
  fromMs: number,
  toMs: number,
): Generator<number> {
  if (interval === "1d") {
    const known = [...hoursOf(assetClass, symbols)].find((calendar) => calendar !== null);
    const calendar = known ?? calendarFor(assetClass)!;
    for (const { closeMs } of calendar.sessions(utcDate(fromMs - dayMs), utcDate(toMs + dayMs))) {
      const tickMs = closeMs + afterCloseMs;
      if (tickMs >= fromMs && tickMs < toMs) yield tickMs;
    }
    return;
  }
  const lengthMs = intervalMs[interval];
  for (let tickMs = Math.ceil(fromMs / lengthMs) * lengthMs; tickMs < toMs; tickMs += lengthMs) yield tickMs;
}
