/** The providers that any target has. A further vendor is one folder and one line here. */
import type { AssetClass } from "../market.ts";
import { createAlphaVantageProvider } from "./alpha-vantage/index.ts";
import { createBinanceProvider } from "./binance/index.ts";
import { createCoinMarketCapProvider } from "./coinmarketcap/index.ts";
import { createFmpProvider } from "./fmp/index.ts";
import type { Provider } from "./provider.ts";
import { createSyntheticProvider, type SyntheticOptions } from "./synthetic/index.ts";
import type { VendorOptions } from "./vendor/options.ts";
import { createYahooProvider } from "./yahoo/index.ts";

/** Vendors by id, each made from its options. */
const vendors = {
  fmp: createFmpProvider,
  alpha_vantage: createAlphaVantageProvider,
  yahoo: createYahooProvider,
  coinmarketcap: createCoinMarketCapProvider,
  binance: createBinanceProvider,
};
export type VendorId = keyof typeof vendors;
export const vendorIds = Object.keys(vendors) as [VendorId, ...VendorId[]];
/** Options by vendor; one without any works with its defaults. */
export type VendorSettings = { readonly [Id in VendorId]?: Parameters<(typeof vendors)[Id]>[0] };

export interface ProviderSources {
  readonly synthetic?: Partial<SyntheticOptions>;
  /** Symbols of vendors where a request names none; ours, not theirs. */
  readonly universe?: Partial<Record<AssetClass, readonly string[]>>;
  readonly vendors?: VendorSettings;
}

/** Providers by id: `synthetic` and the vendors, who ask for their keys when they are asked. */
export function createProviders({
  synthetic,
  universe = {},
  vendors: settings = {},
}: ProviderSources = {}): ReadonlyMap<string, Provider> {
  const providers: Provider[] = [createSyntheticProvider(synthetic)];
  for (const id of vendorIds) {
    providers.push(withinPlan(vendors[id]({ universe, ...settings[id] }), settings[id]));
  }
  return new Map(providers.map((provider) => [provider.id, provider]));
}

/** A chain passes over who does not have a series, so it must be known before the vendor refuses. */
function withinPlan(provider: Provider, { dailyOnly = false }: VendorOptions = {}): Provider {
  if (!dailyOnly) return provider;
  return { ...provider, covers: (series) => series.interval === "1d" && provider.covers(series) };
}
