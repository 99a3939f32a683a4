/** The sessions of a calendar year as columns, which walks over years of prices need without objects. */
import type { MarketCalendar } from "../../calendar/index.ts";
import { memoize } from "../../memoize.ts";

export interface TradingYear {
  readonly year: number;
  /** Days since the epoch of each session's date. */
  readonly days: Float64Array;
  readonly openMs: Float64Array;
  readonly closeMs: Float64Array;
}

/** Reads years from a calendar once each. */
export function tradingYears(calendar: MarketCalendar): (year: number) => TradingYear {
  return memoize((year) => {
    const sessions = [...calendar.sessions(newYear(year), newYear(year + 1))];
    return {
      year,
      days: Float64Array.from(sessions, ({ date }) => Date.parse(date) / 86_400_000),
      openMs: Float64Array.from(sessions, ({ openMs }) => openMs),
      closeMs: Float64Array.from(sessions, ({ closeMs }) => closeMs),
    };
  });
}

const newYear = (year: number) => `${String(year).padStart(4, "0")}-01-01`;
