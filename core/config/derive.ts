/** What follows from the configuration: how vendors are treated, what a new lake is made with. */
import type { WatchedSeries } from "../health/index.ts";
import { assetClasses, type AssetClass } from "../market.ts";
import type { Series } from "../lake/keys.ts";
import { vendorIds, type VendorId } from "../providers/registry.ts";
import type { ProviderSettings } from "../providers/settings.ts";
import { resiliencePolicySchema, type ResiliencePolicy } from "../providers/resilience/index.ts";
import type { LakeSettings } from "../settings.ts";
import { defaultLakeSettings } from "../settings.ts";
import type { MarketlakeConfig } from "./schema.ts";
import { vendorFacts, type VendorPlan } from "./vendors.ts";

export const isVendor = (id: string): id is VendorId => id in vendorFacts;

/** The plan of a vendor as configured. */
export function planOf(config: MarketlakeConfig, id: VendorId): VendorPlan {
  return vendorFacts[id].plans[config.providers[id].plan]!;
}

/** How a vendor is to be treated: by its plan, unless the configuration says otherwise. */
export function policyOf(config: MarketlakeConfig, id: VendorId): ResiliencePolicy {
  const { calls, retry, breaker, timeoutMs } = config.providers[id];
  return resiliencePolicySchema.parse({
    calls: { ...planOf(config, id).calls, ...calls },
    retry,
    breaker,
    timeoutMs,
  });
}

/** What whoever asks providers is told of them. */
export function providerSettingsOf(config: MarketlakeConfig): ProviderSettings {
  const universe = Object.fromEntries(
    assetClasses
      .map((assetClass) => [assetClass, config.markets[assetClass].symbols] as const)
      .filter(([, symbols]) => symbols.length > 0),
  ) as ProviderSettings["universe"];
  const vendors = Object.fromEntries(
    vendorIds.map((id) => {
      const { baseUrl, timeoutMs, plan } = config.providers[id];
      const address = baseUrl === null ? {} : { baseUrl };
      const isFree = plan === "free";
      const options = {
        ...(id === "alpha_vantage" ? { plan: isFree ? "free" : "premium" } : {}),
        ...(id === "coinmarketcap" ? { ids: config.providers[id].ids } : {}),
      };
      const dailyOnly = planOf(config, id).dailyOnly === true;
      return [id, { ...address, ...options, timeoutMs, dailyOnly }];
    }),
  ) as ProviderSettings["vendors"];
  return { universe, vendors };
}

/** Settings for a lake that is made under this configuration. */
export function lakeSettingsOf(config: MarketlakeConfig): LakeSettings {
  const shardCounts = Object.fromEntries(
    assetClasses.map((assetClass) => [assetClass, config.markets[assetClass].shards]),
  ) as LakeSettings["shardCounts"];
  const providerChains = Object.fromEntries(
    assetClasses.map((assetClass) => [assetClass, config.markets[assetClass].providers]),
  );
  const providerPolicies = Object.fromEntries(vendorIds.map((id) => [id, policyOf(config, id)]));
  return {
    ...defaultLakeSettings,
    ...(config.baseCurrency === null ? {} : { baseCurrency: config.baseCurrency }),
    shardCounts,
    providerChains,
    providerPolicies,
    extraction: config.extraction,
    health: config.health,
  };
}

/** The series that a market is asked for by schedule. */
export function seriesOf(config: MarketlakeConfig, assetClass: AssetClass): Series[] {
  const { intraday, endOfDay } = config.markets[assetClass];
  return [
    ...(intraday === null ? [] : [{ assetClass, interval: intraday.interval }]),
    ...(endOfDay === null ? [] : [{ assetClass, interval: "1d" as const }]),
  ];
}

/** What the health check looks at: what schedules ask for, of markets with symbols or else of all, as it comes. */
export function watchedSeriesOf(config: MarketlakeConfig): WatchedSeries[] {
  const named = assetClasses.flatMap((assetClass) => {
    const { symbols } = config.markets[assetClass];
    return symbols.length === 0 ? [] : seriesOf(config, assetClass).map((series) => ({ ...series, symbols }));
  });
  if (named.length > 0 || config.withoutSymbols === "nothing") return named;
  return assetClasses.flatMap((assetClass) => seriesOf(config, assetClass));
}
