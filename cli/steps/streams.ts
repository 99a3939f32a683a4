/** Which markets are to be polled, and how often: those that are named, else those of the configuration. */
import type { MarketlakeConfig } from "../../core/config/index.ts";
import { assetClasses, intervalMs, type AssetClass, type Interval } from "../../core/market.ts";
import type { Stream } from "../../local/scheduler/index.ts";
import { UsageError } from "../errors.ts";

export interface StreamOptions {
  /** Between polls, ms. */
  readonly interval?: number;
  readonly assetClass?: AssetClass;
  readonly bars?: Interval;
  readonly provider?: string;
  readonly symbols?: readonly string[];
}

/** Of each bar's length so many polls, unless somebody says how often. */
const pollsPerBar = 3;
const everyMsMin = 60_000;
const usualClass: AssetClass = "stock";

/** @throws UsageError where there is nothing to poll. */
export function streamsOf(config: MarketlakeConfig, options: StreamOptions): Stream[] {
  const streams = wantedClasses(config, options).map((assetClass) => streamOf(config, options, assetClass));
  const able = streams.filter((stream) => stream !== null);
  if (able.length > 0) return able;
  throw new UsageError(
    'there is nothing to poll: expected a market with symbols and intraday bars; name some with --symbols and --bars, or in the configuration: {"markets":{"stock":{"symbols":["AAPL"]}}}',
  );
}

function wantedClasses({ markets }: MarketlakeConfig, options: StreamOptions): AssetClass[] {
  if (options.assetClass !== undefined) return [options.assetClass];
  // Symbols of one market only can be named.
  if (options.symbols !== undefined) return [usualClass];
  const configured = assetClasses.filter((assetClass) => markets[assetClass].symbols.length > 0);
  return configured.length === 0 && options.provider !== undefined ? [usualClass] : configured;
}

function streamOf(
  { markets }: MarketlakeConfig,
  options: StreamOptions,
  assetClass: AssetClass,
): Stream | null {
  const market = markets[assetClass];
  const interval = options.bars ?? market.intraday?.interval;
  const { provider, symbols } = options;
  const hasSymbols = symbols !== undefined || provider !== undefined || market.symbols.length > 0;
  if (interval === undefined || !hasSymbols) return null;
  return {
    assetClass,
    interval,
    ...(provider === undefined ? {} : { provider }),
    ...(symbols === undefined ? {} : { symbols }),
    calendarSymbols: symbols ?? market.symbols,
    everyMs: options.interval ?? Math.max(everyMsMin, intervalMs[interval] / pollsPerBar),
  };
}
