import type { Vendor } from "../vendor/ask.ts";
import type { VendorOptions } from "../vendor/options.ts";
import { fmpFailure } from "./errors.ts";

export const fmpVendor = ({ baseUrl, timeoutMs }: VendorOptions): Vendor => ({
  id: "fmp",
  baseUrl: baseUrl ?? "https://financialmodelingprep.com",
  timeoutMs,
  format: "json",
  key: { secret: "fmp-api-key", header: "apikey" },
  failure: fmpFailure,
});
