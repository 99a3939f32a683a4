/** What the symbols of an asset class have in common: the calendar and the market's own returns. */
import type { MarketCalendar } from "../../calendar/index.ts";
import { memoize } from "../../memoize.ts";
import { volatilityWalk, type VolatilityWalk } from "./garch.ts";
import { derive, type RandomKey } from "./random.ts";
import { streams } from "./streams.ts";
import { tradingYears, type TradingYear } from "./trading-year.ts";

/** A market that all symbols of an asset class follow, its walks computed once a year. */
export interface Market {
  readonly key: RandomKey;
  yearOf(year: number): TradingYear;
  walkOf(year: number): VolatilityWalk;
}

export function createMarket(key: RandomKey, calendar: MarketCalendar): Market {
  const yearOf = tradingYears(calendar);
  const returnsKey = derive(key, streams.returns);
  return {
    key,
    yearOf,
    walkOf: memoize((year) => volatilityWalk(returnsKey, yearOf(year - 1).days, yearOf(year).days)),
  };
}
