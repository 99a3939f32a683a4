/** When bars of a market come in. */
import type { MarketCalendar } from "../calendar/calendar.ts";
import { dayMs } from "../calendar/days.ts";
import { TerminalError } from "../errors.ts";
import { utcDate } from "../market.ts";

/** A session, and the time after it in which its last bars still come. UTC ms. */
export interface TradingHours {
  readonly openMs: number;
  readonly closeMs: number;
  /** Until then bars may come. */
  readonly untilMs: number;
  /** Whether the market rests before it, and after it: sessions of round-the-clock markets follow on each other. */
  readonly opensAfterRest: boolean;
  readonly closesForRest: boolean;
}

/** Sessions may begin on the evening before their date, and none lasts longer. */
const marginMs = 2 * dayMs;
/** No market stays closed so long. */
const closedMsMax = 20 * dayMs;

/**
 * The hours in which a time lies, or the next after it.
 * @param lingerMs how long after the close bars still come
 */
export function tradingHours(calendar: MarketCalendar, nowMs: number, lingerMs: number): TradingHours {
  const sessions = [...calendar.sessions(utcDate(nowMs - marginMs), utcDate(nowMs + closedMsMax))];
  const session =
    sessions.find(({ openMs, closeMs }) => openMs <= nowMs && nowMs < closeMs) ??
    sessions.find(({ closeMs }) => nowMs < closeMs + lingerMs);
  if (session === undefined) {
    throw new TerminalError(
      `calendar ${calendar.id}: expected a session within ${closedMsMax / dayMs} days of "${utcDate(nowMs)}", found none; its rules are wrong`,
    );
  }
  const { openMs, closeMs } = session;
  return {
    openMs,
    closeMs,
    untilMs: closeMs + lingerMs,
    opensAfterRest: !calendar.isOpen(openMs - 1),
    closesForRest: !calendar.isOpen(closeMs),
  };
}

/** How long a market is open within `[fromMs, toMs)`. */
export function openTimeMs(calendar: MarketCalendar, fromMs: number, toMs: number): number {
  const sessions = [...calendar.sessions(utcDate(fromMs - marginMs), utcDate(toMs + marginMs))];
  return sessions.reduce(
    (sum, { openMs, closeMs }) => sum + Math.max(0, Math.min(closeMs, toMs) - Math.max(openMs, fromMs)),
    0,
  );
}
