/** Yahoo Finance's chart endpoint: unofficial, without contract or key; see its terms before production use. */
import type { Provider } from "../provider.ts";
import { ask, type Vendor } from "../vendor/ask.ts";
import { universeOf, type VendorOptions } from "../vendor/options.ts";
import { isNoData, yahooFailure } from "./errors.ts";
import { readChart } from "./mapper.ts";
import { type YahooRequest, yahooEarliestMs, yahooRequests } from "./request.ts";

export { yahooSymbol } from "./symbols.ts";

export function createYahooProvider(options: VendorOptions = {}): Provider<YahooRequest> {
  const vendor: Vendor = {
    id: "yahoo",
    baseUrl: options.baseUrl ?? "https://query1.finance.yahoo.com",
    timeoutMs: options.timeoutMs,
    format: "json",
    key: null,
    // Clients that do not look like a browser are answered with 429.
    headers: { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" },
    isEmptyAnswer: isNoData,
    failure: yahooFailure,
  };
  return {
    id: vendor.id,
    adjustment: "split",
    covers: () => true,
    universe: universeOf(options),
    earliestMs: yahooEarliestMs,
    transformQuery: yahooRequests,
    extract: async ({ call }, io) => ({ body: await ask(vendor, call, io), extension: "json" }),
    transform: async (response, request, receipt) => readChart(response, request, receipt),
  };
}
