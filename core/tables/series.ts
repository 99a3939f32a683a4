/** Which table holds the rows of an interval. */
import type { Interval } from "../market.ts";
import { barsDaily, barsIntraday } from "./bars.ts";
import { indicatorsDaily, indicatorsIntraday } from "./indicators.ts";

// The daily and the intraday table of a kind are declared over one list of columns, so one type stands for both.

export function barsTableOf(interval: Interval): typeof barsDaily {
  return interval === "1d" ? barsDaily : (barsIntraday as unknown as typeof barsDaily);
}

export function indicatorsTableOf(interval: Interval): typeof indicatorsDaily {
  return interval === "1d" ? indicatorsDaily : (indicatorsIntraday as unknown as typeof indicatorsDaily);
}
