/** CoinMarketCap's professional API: https://coinmarketcap.com/api/documentation/v1/ */
import { UnknownSymbolError } from "../errors.ts";
import type { Provider } from "../provider.ts";
import type { ReferenceDesk } from "../reference.ts";
import { ask } from "../vendor/ask.ts";
import { universeOf, type VendorOptions } from "../vendor/options.ts";
import { readCandles } from "./mapper.ts";
import { coinMarketCapProfiles, coinMarketCapQuotes } from "./reference.ts";
import { type CoinMarketCapRequest, coinMarketCapRequests } from "./request.ts";
import { coinMarketCapSearch } from "./search.ts";
import type { CoinIds } from "./symbols.ts";
import { coinMarketCapVendor } from "./vendor.ts";

export const coinMarketCapDesk: ReferenceDesk = {
  vendor: coinMarketCapVendor,
  quotes: coinMarketCapQuotes,
  profiles: coinMarketCapProfiles,
  names: coinMarketCapSearch,
};

export interface CoinMarketCapOptions extends VendorOptions {
  /** Ids by coin, for coins beyond the largest: `coinMarketCapSearch` finds them. */
  readonly ids?: CoinIds;
}

/** Bars are candles, which the free plan does not include; quotes it does, but a quote is no bar. */
export function createCoinMarketCapProvider(
  options: CoinMarketCapOptions = {},
): Provider<CoinMarketCapRequest> {
  const vendor = coinMarketCapVendor(options);
  return {
    id: vendor.id,
    adjustment: "none",
    covers: ({ assetClass, interval }) => assetClass === "crypto" && (interval === "1d" || interval === "1h"),
    universe: universeOf(options),
    transformQuery: (query) => coinMarketCapRequests(query, options.ids ?? {}),
    async extract({ call, symbol }, io) {
      if (call === null) {
        throw new UnknownSymbolError(
          symbol,
          `coinmarketcap "${symbol}": expected a pair such as "BTC-USD"; use another provider for it`,
        );
      }
      return { body: await ask(vendor, call, io), extension: "json" };
    },
    transform: async (response, request, receipt) => readCandles(response, request, receipt),
  };
}
