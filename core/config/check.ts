/** What a configuration means together: everything that no single value of it shows. */
import { assetClasses, type AssetClass } from "../market.ts";
import type { Provider } from "../providers/provider.ts";
import { isVendor, planOf, seriesOf } from "./derive.ts";
import { hoursWarnings } from "./hours.ts";
import type { ConfigProblem } from "./problems.ts";
import { isIdle } from "./schedules.ts";
import type { MarketlakeConfig } from "./schema.ts";
import { embeddedStage } from "./stages.ts";
import { vendorFacts } from "./vendors.ts";

export interface ConfigFindings {
  /** It cannot work. */
  readonly problems: readonly ConfigProblem[];
  /** It works, though perhaps not as meant. */
  readonly warnings: readonly ConfigProblem[];
}

/**
 * Markets without symbols are not asked for and not checked.
 * @param providers as the configuration makes them
 */
export function checkConfig(
  config: MarketlakeConfig,
  providers: ReadonlyMap<string, Provider>,
  stage: string = embeddedStage,
): ConfigFindings {
  const problems: ConfigProblem[] = [];
  const warnings: ConfigProblem[] = isIdle(config) ? [idle] : [];
  for (const assetClass of assetClasses) {
    const market = config.markets[assetClass];
    if (market.symbols.length === 0) continue;
    const path = `markets.${assetClass}`;
    problems.push(...chainProblems(assetClass, market.providers, stage));
    warnings.push(...hoursWarnings(assetClass, market));
    for (const series of seriesOf(config, assetClass)) {
      const able = market.providers.filter((id) => {
        const provider = providers.get(id);
        return provider !== undefined && provider.covers(series);
      });
      const wanted = `${series.interval} bars of ${assetClass}`;
      if (able.length === 0) {
        const message = `no provider of the list has ${wanted}${planAdvice(config, market.providers)}; add one that has them, or set ${path}.${series.interval === "1d" ? "endOfDay" : "intraday"} to null`;
        problems.push({ path: `${path}.providers`, message });
      } else if (able[0] !== market.providers[0]) {
        const message = `"${market.providers[0]}" has no ${wanted}${planAdvice(config, market.providers.slice(0, 1))}; "${able[0]}" will be asked for them`;
        warnings.push({ path: `${path}.providers[0]`, message });
      }
    }
  }
  return { problems, warnings };
}

const idle: ConfigProblem = {
  path: "markets",
  message:
    'no market has symbols, so nothing is scheduled; name some in markets, or set withoutSymbols to "synthetic" for generated bars',
};

/** Read from files of the machine, which a function does not have. */
const fileProviders = new Set(["replay", "csv"]);

function chainProblems(assetClass: AssetClass, chain: readonly string[], stage: string): ConfigProblem[] {
  const problemOf = (id: string): string | null => {
    if (id === "synthetic")
      return 'generates symbols and prices of its own, which must not stand beside real ones; take it away (withoutSymbols "synthetic" uses it while no market has symbols)';
    if (stage !== embeddedStage && fileProviders.has(id))
      return `"${id}" reads files of this machine, which functions do not have; take it away from this stage`;
    return null;
  };
  return chain.flatMap((id, index) => {
    const message = problemOf(id);
    return message === null ? [] : [{ path: `markets.${assetClass}.providers[${index}]`, message }];
  });
}

/** The vendors that a configuration asks and that want a key: its name in the secret store, and where to get one. */
export function keysNeeded(config: MarketlakeConfig): { provider: string; secret: string; url: string }[] {
  const asked = assetClasses.flatMap((assetClass) => {
    const { symbols, providers } = config.markets[assetClass];
    return symbols.length === 0 ? [] : providers;
  });
  return [...new Set(asked)].flatMap((provider) => {
    const key = isVendor(provider) ? vendorFacts[provider].key : null;
    return key === null ? [] : [{ provider, ...key }];
  });
}

function planAdvice(config: MarketlakeConfig, ids: readonly string[]): string {
  const limited = ids.filter(isVendor).filter((id) => planOf(config, id).dailyOnly === true);
  if (limited.length === 0) return "";
  const plans = limited.map((id) => `providers.${id}.plan "${config.providers[id].plan}"`);
  return ` (daily bars only: ${plans.join(", ")})`;
}
