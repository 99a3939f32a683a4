/** How many bars there should be, by the calendars. */
import { calendarFor, type MarketCalendar } from "../calendar/index.ts";
import type { Series } from "../lake/keys.ts";
import { intervalMs, utcDate } from "../market.ts";
import type { Window } from "../providers/vendor/bar-rows.ts";

const dayMs = intervalMs["1d"];

/** Bars of `symbol` that start within a half-open window; where its calendar is unknown, by its asset class's usual one. */
export function expectedBars(series: Series, symbol: string, window: Window): number {
  const calendar = calendarFor(series.assetClass, symbol) ?? calendarFor(series.assetClass)!;
  return remembered(calendar, series, window);
}

/** A universe has many symbols of few calendars, all asked for the same windows. */
const counts = new WeakMap<MarketCalendar, Map<string, number>>();
const countsMax = 10_000;

function remembered(calendar: MarketCalendar, { interval }: Series, window: Window): number {
  let known = counts.get(calendar);
  if (known === undefined || known.size > countsMax) counts.set(calendar, (known = new Map()));
  const key = `${interval} ${window.fromMs} ${window.toMs}`;
  const count = known.get(key) ?? countBars(calendar, intervalMs[interval], window);
  known.set(key, count);
  return count;
}

function countBars(calendar: MarketCalendar, lengthMs: number, { fromMs, toMs }: Window): number {
  if (toMs <= fromMs) return 0;
  // Daily bars start at midnight UTC of their date; a session may begin on the evening before it.
  if (lengthMs >= dayMs) return sessionsOf(calendar, Math.ceil(fromMs / dayMs) * dayMs, toMs - 1).length;
  return sessionsOf(calendar, fromMs - dayMs, toMs + dayMs).reduce((sum, { openMs, closeMs }) => {
    const first = Math.max(Math.floor(openMs / lengthMs), Math.ceil(fromMs / lengthMs));
    const end = Math.min(Math.ceil(closeMs / lengthMs), Math.ceil(toMs / lengthMs));
    return sum + Math.max(0, end - first);
  }, 0);
}

/** Sessions whose dates are from that of one time to that of another, both included. */
function sessionsOf(calendar: MarketCalendar, firstMs: number, lastMs: number) {
  return lastMs < firstMs ? [] : [...calendar.sessions(utcDate(firstMs), utcDate(lastMs + dayMs))];
}
