import type { Vendor } from "../vendor/ask.ts";
import type { VendorOptions } from "../vendor/options.ts";
import { coinMarketCapFailure } from "./errors.ts";

export const coinMarketCapVendor = ({ baseUrl, timeoutMs }: VendorOptions): Vendor => ({
  id: "coinmarketcap",
  baseUrl: baseUrl ?? "https://pro-api.coinmarketcap.com",
  timeoutMs,
  format: "json",
  key: { secret: "coinmarketcap-api-key", header: "x-cmc_pro_api_key" },
  failure: coinMarketCapFailure,
});
