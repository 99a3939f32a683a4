import type { Vendor } from "../vendor/ask.ts";
import type { VendorOptions } from "../vendor/options.ts";
import { alphaVantageFailure } from "./errors.ts";

export const alphaVantageVendor = ({ baseUrl, timeoutMs }: VendorOptions): Vendor => ({
  id: "alpha_vantage",
  baseUrl: baseUrl ?? "https://www.alphavantage.co",
  timeoutMs,
  format: "json",
  key: { secret: "alpha-vantage-api-key", parameter: "apikey" },
  failure: alphaVantageFailure,
});
