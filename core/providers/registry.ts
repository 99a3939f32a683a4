/** The providers of a lake. A further vendor is one folder and one line here. */
import { createAlphaVantageProvider } from "./alpha-vantage/index.ts";
import { createBinanceProvider } from "./binance/index.ts";
import { createCoinMarketCapProvider } from "./coinmarketcap/index.ts";
import { createCsvProvider } from "./csv/index.ts";
import type { BarFile, DatasetReader } from "./dataset.ts";
import { createFmpProvider } from "./fmp/index.ts";
import type { Provider } from "./provider.ts";
import { createReplayProvider } from "./replay/index.ts";
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
export const vendorIds = Object.keys(vendors) as VendorId[];
/** Options by vendor; one without any works with its defaults. */
export type VendorSettings = { readonly [Id in VendorId]?: Parameters<(typeof vendors)[Id]>[0] };

interface FileSource {
  readonly reader: DatasetReader;
  readonly files: readonly BarFile[];
}

/** What each provider needs; one that is not given its files is left out. */
export interface ProviderSources {
  readonly synthetic?: Partial<SyntheticOptions>;
  /** A dataset to play back: its reader and `datasetFiles(await reader.list())`. */
  readonly replay?: FileSource;
  readonly csv?: FileSource;
  readonly vendors?: VendorSettings;
}

/** Providers by id. `synthetic` and the vendors are always there; a vendor asks for its key when it is asked. */
export function createProviders({
  synthetic,
  replay,
  csv,
  vendors: settings = {},
}: ProviderSources = {}): ReadonlyMap<string, Provider> {
  const providers: Provider[] = [createSyntheticProvider(synthetic)];
  if (replay !== undefined) providers.push(createReplayProvider(replay.reader, replay.files));
  if (csv !== undefined) providers.push(createCsvProvider(csv.reader, csv.files));
  for (const id of vendorIds) providers.push(withinPlan(vendors[id](settings[id]), settings[id]));
  return new Map(providers.map((provider) => [provider.id, provider]));
}

/** A chain passes over who does not have a series, so it must be known before the vendor refuses. */
function withinPlan(provider: Provider, { dailyOnly = false }: VendorOptions = {}): Provider {
  if (!dailyOnly) return provider;
  return { ...provider, covers: (series) => series.interval === "1d" && provider.covers(series) };
}
