/**
 * Intraday bars by division: the bar of a session is divided into hours, those into half hours, and so on down, each
 * time so that the parts put together give the whole exactly. So bars of all lengths agree with each other.
 */
import { intervalMs as lengthsMs, intradayIntervals, type Interval } from "../../market.ts";
import type { DailyYear } from "./daily-year.ts";
import { drawParts } from "./divide-bar.ts";
import type { RandomKey } from "./random.ts";
import { allocateSession, copyBar, type SessionBars } from "./session-bars.ts";

/** From long to short; each is a whole multiple of the next. */
const stepsMs = intradayIntervals.map((name) => lengthsMs[name]).toSorted((a, b) => b - a);

/**
 * The bars of a session at an interval. The result is valid until the next call.
 * @param key stream of the symbol and session.
 * @param smile how much busier the session is at its ends, see `instruments.ts`.
 */
export type SessionDivider = (
  year: DailyYear,
  session: number,
  interval: Interval,
  key: RandomKey,
  smile: number,
) => SessionBars;

/** A divider owns two sets of columns: one is read while the other is filled. */
export function createSessionDivider(): SessionDivider {
  let wholes = allocateSession();
  let parts = allocateSession();
  return (year, session, interval, key, smile) => {
    const openMs = year.sessions.openMs[session]!;
    const lengthMs = year.sessions.closeMs[session]! - openMs;
    const busyUntil = (tsMs: number) => busyShare((tsMs - openMs) / lengthMs, smile);
    setWhole(wholes, year, session);
    for (let step = 0; step < stepsMs.length && stepsMs[step]! >= lengthsMs[interval]; step++) {
      parts.count = 0;
      for (let whole = 0; whole < wholes.count; whole++) {
        const first = parts.count;
        cut(wholes, whole, parts, stepsMs[step]!, busyUntil);
        if (parts.count === first + 1) copyBar(wholes, whole, parts, first);
        else drawParts({ wholes, whole, parts, first, key, step });
      }
      [wholes, parts] = [parts, wholes];
    }
    return wholes;
  };
}

/** Share of a session's variance and volume by the time that `part` of it is over: the density is a parabola. */
function busyShare(part: number, smile: number): number {
  const fromMiddle = 2 * part - 1;
  const cube = fromMiddle * fromMiddle * fromMiddle;
  return (part + (smile * (cube + 1)) / 6) / (1 + smile / 3);
}

function setWhole(bars: SessionBars, year: DailyYear, session: number): void {
  bars.count = 1;
  bars.fromMs[0] = year.sessions.openMs[session]!;
  bars.toMs[0] = year.sessions.closeMs[session]!;
  bars.busyFrom[0] = 0;
  bars.busyTo[0] = 1;
  bars.open[0] = year.open[session]!;
  bars.high[0] = year.high[session]!;
  bars.low[0] = year.low[session]!;
  bars.close[0] = year.close[session]!;
  bars.volume[0] = year.volume[session]!;
}

/** Appends the times of a whole's parts, which end at multiples of the step. */
function cut(
  wholes: SessionBars,
  whole: number,
  parts: SessionBars,
  stepMs: number,
  busyUntil: (tsMs: number) => number,
): void {
  const endMs = wholes.toMs[whole]!;
  let fromMs = wholes.fromMs[whole]!;
  let busy = wholes.busyFrom[whole]!;
  while (fromMs < endMs) {
    const toMs = Math.min(endMs, (Math.floor(fromMs / stepMs) + 1) * stepMs);
    parts.fromMs[parts.count] = fromMs;
    parts.toMs[parts.count] = toMs;
    parts.busyFrom[parts.count] = busy;
    fromMs = toMs;
    busy = fromMs === endMs ? wholes.busyTo[whole]! : busyUntil(fromMs);
    parts.busyTo[parts.count] = busy;
    parts.count++;
  }
}
