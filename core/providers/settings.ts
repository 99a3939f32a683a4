/** What whoever asks providers is told of them, as it travels from the configuration to a function. */
import { assetClasses } from "../market.ts";
import * as z from "../zod.ts";
import { vendorIds } from "./registry.ts";

const vendorOptionsSchema = z.strictObject({
  baseUrl: z.exactOptional(z.string()),
  timeoutMs: z.exactOptional(z.int().check(z.minimum(1))),
  dailyOnly: z.exactOptional(z.boolean()),
  /** Alpha Vantage alone asks otherwise for its free plan. */
  plan: z.exactOptional(z.enum(["free", "premium"])),
  /** CoinMarketCap's, by coin. */
  ids: z.exactOptional(z.record(z.string(), z.int())),
});

export const providerSettingsSchema = z.strictObject({
  /** What is kept current where a request names no symbols, by our names. */
  universe: z.partialRecord(z.enum(assetClasses), z.array(z.string())),
  vendors: z.partialRecord(z.enum(vendorIds), vendorOptionsSchema),
});
export type ProviderSettings = z.infer<typeof providerSettingsSchema>;
