/** Financial Modeling Prep, the `stable` API: https://site.financialmodelingprep.com/developer/docs/stable */
import type { Series } from "../../lake/keys.ts";
import type { Provider } from "../provider.ts";
import type { ReferenceDesk } from "../reference.ts";
import { ask } from "../vendor/ask.ts";
import { universeOf, type VendorOptions } from "../vendor/options.ts";
import { readFmpBars } from "./mapper.ts";
import { fmpProfiles, fmpQuotes } from "./reference.ts";
import { type FmpRequest, fmpRequests } from "./request.ts";
import { fmpVendor } from "./vendor.ts";

export { fmpSymbol } from "./symbols.ts";

export const fmpDesk: ReferenceDesk = {
  vendor: fmpVendor,
  quotes: fmpQuotes,
  profiles: fmpProfiles,
  names: null,
};

export function createFmpProvider(options: VendorOptions = {}): Provider<FmpRequest> {
  const vendor = fmpVendor(options);
  return {
    id: vendor.id,
    adjustment: "split",
    covers: hasSeries,
    universe: universeOf(options),
    transformQuery: fmpRequests,
    extract: async ({ call }, io) => ({ body: await ask(vendor, call, io), extension: "json" }),
    transform: async (response, request, receipt) => readFmpBars(response, request, receipt),
  };
}

/** Of yields only days, and minutes only of markets whose day fits into one answer: it is cut without a word. */
function hasSeries({ assetClass, interval }: Series): boolean {
  if (assetClass === "bond") return interval === "1d";
  return interval !== "1min" || assetClass === "stock" || assetClass === "etf" || assetClass === "index";
}
