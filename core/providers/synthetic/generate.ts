/** Generated bars, columnar: what a query asks for, whatever was asked before. */
import { calendarFor } from "../../calendar/index.ts";
import type { Batch } from "../../columnar/batch.ts";
import { assetClasses, type AssetClass } from "../../market.ts";
import { memoize } from "../../memoize.ts";
import type { rawBars } from "../../tables/index.ts";
import type { BarQuery, Receipt } from "../provider.ts";
import { createBarColumns } from "./columns.ts";
import { instrumentOf, syntheticPrefix } from "./instruments.ts";
import { createSessionDivider } from "./intraday.ts";
import { createMarket } from "./market.ts";
import type { SyntheticOptions } from "./options.ts";
import { derive } from "./random.ts";
import { generateSymbol } from "./symbol-bars.ts";
import { vendorSink } from "./vendor-errors.ts";

/** Generates the bars of one world. It remembers calendars and market returns, so many queries cost less than one each. */
export type BarGenerator = (query: BarQuery, receipt: Receipt) => Batch<typeof rawBars>;

export function createBarGenerator(options: SyntheticOptions): BarGenerator {
  const divide = createSessionDivider();
  const marketOf = memoize((assetClass: AssetClass) =>
    createMarket(derive(options.seed, assetClasses.indexOf(assetClass)), calendarFor(assetClass)!),
  );

  return (query, receipt) => {
    const columns = createBarColumns();
    const market = marketOf(query.assetClass);
    for (const [number, symbol] of query.symbols.entries()) {
      if (!symbol.startsWith(syntheticPrefix)) continue;
      const instrument = instrumentOf(options.seed, query.assetClass, symbol);
      const source = { instrument, market, splitsPerDecade: options.splitsPerDecade, divide };
      const { key } = instrument;
      generateSymbol(query, source, vendorSink(columns, number, { ...query, key }, options));
    }
    return columns.finish(query.symbols, receipt);
  };
}

/**
 * The bars of a query in the order of its symbols, each by time. Symbols that do not start with `SYN` have none.
 * The open bar, in which `asOfMs` lies, holds the minutes completed by then and is not final; before the first of
 * them it is left out.
 */
export function generateBars(
  query: BarQuery,
  options: SyntheticOptions,
  receipt: Receipt,
): Batch<typeof rawBars> {
  return createBarGenerator(options)(query, receipt);
}
