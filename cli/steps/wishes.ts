/** Which series a command is about: those that are named, else those of the configuration. */
import type { Command } from "commander";
import { seriesOf, type MarketlakeConfig } from "../../core/config/index.ts";
import { assetClasses, type AssetClass, type Interval } from "../../core/market.ts";
import type { Wish } from "../../core/plan/index.ts";
import type { GlobalOptions } from "../cli.ts";
import { UsageError } from "../errors.ts";
import { assetClassOption, intervalOption, providerId, symbolList } from "../options.ts";

export interface WorkOptions extends GlobalOptions {
  readonly assetClass?: AssetClass;
  readonly interval?: Interval;
  readonly provider?: string;
  readonly symbols?: readonly string[];
}

/** Adds the options of `WorkOptions`. */
export function withWorkOptions(command: Command): Command {
  return command
    .addOption(assetClassOption().makeOptionMandatory(false))
    .addOption(intervalOption().makeOptionMandatory(false))
    .option("--provider <id>", "who alone is asked", providerId)
    .option("--symbols <list>", "symbols, comma separated (default: those of the configuration)", symbolList);
}

/** @throws UsageError where there are no symbols. */
export function wishesOf(config: MarketlakeConfig, options: WorkOptions): Wish[] {
  if (options.symbols !== undefined && options.assetClass === undefined) {
    throw new UsageError("--symbols needs --asset-class, which says what they are");
  }
  const wanted = options.assetClass === undefined ? assetClasses : [options.assetClass];
  const wishes = wanted.flatMap((assetClass) => {
    const symbols = options.symbols ?? config.markets[assetClass].symbols;
    const named = options.interval === undefined ? null : [{ assetClass, interval: options.interval }];
    return (named ?? seriesOf(config, assetClass)).map((series) => ({ ...series, symbols }));
  });
  const filled = wishes.filter(({ symbols }) => symbols.length > 0);
  if (filled.length > 0) return filled;
  throw new UsageError(
    'there are no symbols to ask for; name some with --asset-class and --symbols, or in the configuration: {"markets":{"stock":{"symbols":["AAPL"]}}}',
  );
}
