/** Which bars there should be in a market. */
import { utcDate } from "../market.ts";
import type { MarketCalendar } from "./calendar.ts";
import { dayMs } from "./days.ts";

/** Half-open, UTC ms. */
interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A session may begin on the evening before its date, one of CMES that holidays without settlement belong to two days earlier. */
const leadMsMax = 3 * dayMs;
/** No market stays closed so long. */
const closedMsMax = 20 * dayMs;
/** A universe has many symbols of few calendars, all asked about the same windows. */
const counts = new WeakMap<MarketCalendar, Map<string, number>>();
const countsMax = 10_000;

/** How many bars of a length start within a window. Daily bars start at midnight UTC of their session's date. */
export function expectedBarsWithin(calendar: MarketCalendar, lengthMs: number, window: Window): number {
  let known = counts.get(calendar);
  if (known === undefined || known.size > countsMax) counts.set(calendar, (known = new Map()));
  const key = `${lengthMs} ${window.fromMs} ${window.toMs}`;
  const count = known.get(key) ?? countBars(calendar, lengthMs, window);
  known.set(key, count);
  return count;
}

function countBars(calendar: MarketCalendar, lengthMs: number, { fromMs, toMs }: Window): number {
  if (toMs <= fromMs) return 0;
  if (lengthMs >= dayMs) return sessionsOf(calendar, Math.ceil(fromMs / dayMs) * dayMs, toMs - 1).length;
  return sessionsOf(calendar, fromMs - dayMs, toMs + leadMsMax).reduce((sum, { openMs, closeMs }) => {
    const first = Math.max(Math.floor(openMs / lengthMs), Math.ceil(fromMs / lengthMs));
    const end = Math.min(Math.ceil(closeMs / lengthMs), Math.ceil(toMs / lengthMs));
    return sum + Math.max(0, end - first);
  }, 0);
}

/** Starts of the bars of a length that start within a window and are over by `asOfMs`: of daily ones, when their session closes. */
export function* expectedStarts(
  calendar: MarketCalendar,
  lengthMs: number,
  { fromMs, toMs }: Window,
  asOfMs: number,
): Generator<number> {
  const isDaily = lengthMs >= dayMs;
  for (const { date, openMs, closeMs } of sessionsOf(calendar, fromMs - dayMs, toMs + leadMsMax)) {
    const firstMs = isDaily ? Date.parse(date) : Math.floor(openMs / lengthMs) * lengthMs;
    const endMs = isDaily ? firstMs + 1 : closeMs;
    for (let startMs = firstMs; startMs < endMs; startMs += lengthMs) {
      const isOver = (isDaily ? closeMs : startMs + lengthMs) <= asOfMs;
      if (isOver && startMs >= fromMs && startMs < toMs) yield startMs;
    }
  }
}

/** Start of the newest bar that has ended by a time, UTC ms; null where the market has not traded for weeks. */
export function newestBarStart(calendar: MarketCalendar, lengthMs: number, nowMs: number): number | null {
  const starts = sessionsOf(calendar, nowMs - closedMsMax, nowMs + leadMsMax).flatMap(
    ({ date, openMs, closeMs }) => {
      if (lengthMs >= dayMs) return closeMs <= nowMs ? [Date.parse(date)] : [];
      const end = Math.min(Math.ceil(closeMs / lengthMs), Math.floor(nowMs / lengthMs));
      return end > Math.floor(openMs / lengthMs) ? [(end - 1) * lengthMs] : [];
    },
  );
  return starts.at(-1) ?? null;
}

/**
 * When the first bar that starts at `fromMs` or later ends, UTC ms; a daily bar ends with its session.
 * @throws TerminalError for a calendar without a session in half a year.
 */
export function nextBarEnd(calendar: MarketCalendar, lengthMs: number, fromMs: number): number {
  if (lengthMs >= dayMs) {
    const dateMs = Math.ceil(fromMs / dayMs) * dayMs;
    return calendar.nextSession(utcDate(dateMs - 1)).closeMs;
  }
  const first = Math.ceil(fromMs / lengthMs);
  let session = calendar.nextSession(utcDate(fromMs - 2 * dayMs));
  while (Math.ceil(session.closeMs / lengthMs) <= first) session = calendar.nextSession(session.date);
  return (Math.max(first, Math.floor(session.openMs / lengthMs)) + 1) * lengthMs;
}

/** Sessions whose dates are from that of one time to that of another, both included. */
function sessionsOf(calendar: MarketCalendar, firstMs: number, lastMs: number) {
  return lastMs < firstMs ? [] : [...calendar.sessions(utcDate(firstMs), utcDate(lastMs + dayMs))];
}
