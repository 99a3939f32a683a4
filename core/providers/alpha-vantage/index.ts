/** Alpha Vantage: https://www.alphavantage.co/documentation/ */
import type { Series } from "../../lake/keys.ts";
import { UnknownSymbolError } from "../errors.ts";
import type { Provider } from "../provider.ts";
import type { ReferenceDesk } from "../reference.ts";
import { ask } from "../vendor/ask.ts";
import { universeOf, type VendorOptions } from "../vendor/options.ts";
import { readAlphaVantageBars } from "./mapper.ts";
import { alphaVantageProfiles, alphaVantageQuotes } from "./reference.ts";
import { type AlphaVantageRequest, alphaVantageRequests, type Plan } from "./request.ts";
import { alphaVantageSearch } from "./search.ts";
import { alphaVantageVendor } from "./vendor.ts";

export { alphaVantageSymbol } from "./symbols.ts";

export const alphaVantageDesk: ReferenceDesk = {
  vendor: alphaVantageVendor,
  quotes: alphaVantageQuotes,
  profiles: alphaVantageProfiles,
  names: alphaVantageSearch,
};

export interface AlphaVantageOptions extends VendorOptions {
  /** The free plan has no intraday bars, no adjusted closes and only the newest 100 daily bars. Default: free. */
  readonly plan?: Plan;
}

export function createAlphaVantageProvider(options: AlphaVantageOptions = {}): Provider<AlphaVantageRequest> {
  const vendor = alphaVantageVendor(options);
  const { plan = "free" } = options;
  return {
    id: vendor.id,
    adjustment: "none",
    covers: (series) => hasSeries(series, plan),
    universe: universeOf(options),
    transformQuery: (query) => alphaVantageRequests(query, plan),
    async extract({ call, symbol }, io) {
      if (call === null) {
        throw new UnknownSymbolError(
          symbol,
          `alpha_vantage "${symbol}": has no series of that name; use another provider for it`,
        );
      }
      return { body: await ask(vendor, call, io), extension: "json" };
    },
    transform: async (response, request, receipt) => readAlphaVantageBars(response, request, receipt),
  };
}

/** No index levels; yields and spot commodities by day only. */
function hasSeries({ assetClass, interval }: Series, plan: Plan): boolean {
  if (assetClass === "index") return false;
  if (interval === "1d") return true;
  return plan === "premium" && assetClass !== "bond" && assetClass !== "commodity";
}
