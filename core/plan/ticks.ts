/** When a series is asked for by schedule. */
import { calendarFor, isTickDue } from "../calendar/index.ts";
import type { Series } from "../lake/keys.ts";
import { intervalMs, utcDate } from "../market.ts";

const dayMs = intervalMs["1d"];
/** End-of-day ticks come so long after the close. */
const afterCloseMs = 20 * 60_000;

/** Ticks within `[fromMs, toMs)`, UTC ms, those of closed markets left out. */
export function ticksBetween({ assetClass, interval }: Series, fromMs: number, toMs: number): number[] {
  const calendar = calendarFor(assetClass)!;
  if (interval === "1d") {
    return [...calendar.sessions(utcDate(fromMs - dayMs), utcDate(toMs + dayMs))]
      .map(({ closeMs }) => closeMs + afterCloseMs)
      .filter((tickMs) => tickMs >= fromMs && tickMs < toMs);
  }
  const lengthMs = intervalMs[interval];
  const ticks: number[] = [];
  for (let tickMs = Math.ceil(fromMs / lengthMs) * lengthMs; tickMs < toMs; tickMs += lengthMs) {
    if (isTickDue(calendar, lengthMs, tickMs)) ticks.push(tickMs);
  }
  return ticks;
}
