/** Whether crons fall into the hours of the exchanges that they are for. */
import type { MarketCalendar } from "../calendar/index.ts";
import { intervalMs, type AssetClass } from "../market.ts";
import { hoursOf, isClosedAt } from "../schedule/closed-market.ts";
import { cronTimes, cronTimesWithin } from "../schedule/cron.ts";
import type { ConfigProblem } from "./problems.ts";
import type { MarketConfig } from "./schema.ts";
import { tickOf } from "./schedules.ts";

/** A week without holidays of any calendar, and so like most. */
const usualWeek = { from: "2026-11-16", to: "2026-11-21" };

/**
 * A warning for each exchange whose session the ticks of a market mostly miss: as a session in New York's hours does in
 * Istanbul. Wide crons and rare ticks are nobody's mistake.
 */
export function hoursWarnings(assetClass: AssetClass, market: MarketConfig): ConfigProblem[] {
  return [...hoursOf(assetClass, market.symbols)]
    .filter((calendar) => calendar !== null && missesSessions(calendar, market))
    .map((calendar) => {
      const { id, timeZone } = calendar!;
      const example = market.symbols.find((symbol) => hoursOf(assetClass, [symbol]).has(calendar));
      const message = `most ticks come while ${id} is closed, on which ${example} trades; set timeZone to "${timeZone}", and the hours of its session in the cron`;
      return { path: `markets.${assetClass}.intraday.cron`, message };
    });
}

function missesSessions(calendar: MarketCalendar, market: MarketConfig): boolean {
  const { intraday, timeZone } = market;
  const tick = intraday === null ? null : tickOf(market, intraday.interval);
  if (intraday === null || tick === null) return false;
  const week = [Date.parse(usualWeek.from), Date.parse(usualWeek.to)] as const;
  const ticks = [...cronTimesWithin(cronTimes(tick.cron, timeZone), ...week)];
  const due = ticks.filter((tickMs) => !isClosedAt(intraday.interval, new Set([calendar]), tickMs));
  if (due.length > ticks.length / 2) return false;
  const lengthMs = intervalMs[intraday.interval];
  const sessions = [...calendar.sessions(usualWeek.from, usualWeek.to)];
  return sessions.some(({ openMs, closeMs }) => {
    const middleMs = (openMs + closeMs) / 2;
    return !hasTimeIn(due, openMs, middleMs) || !hasTimeIn(due, middleMs, closeMs + 2 * lengthMs);
  });
}

const hasTimeIn = (timesMs: readonly number[], afterMs: number, toMs: number): boolean =>
  timesMs.some((timeMs) => timeMs > afterMs && timeMs <= toMs);
