/** The configuration of a lake's markets and vendors: one file, all of it optional, every number with its range. */
import * as z from "zod";
import { assetClasses, intradayIntervals, type AssetClass, type Interval } from "../market.ts";
import {
  breakerLimitsSchema,
  callLimitsSchema,
  retryLimitsSchema,
  type CallLimits,
} from "../providers/resilience/index.ts";
import { vendorIds, type VendorId } from "../providers/registry.ts";
import { cronProblem } from "../schedule/cron.ts";
import { baseCurrencySchema, defaultLakeSettings, extractionSchema, shardCountSchema } from "../settings.ts";
import { defaultMarkets } from "./markets.ts";
import { providerIds } from "./provider-ids.ts";
import { vendorFacts } from "./vendors.ts";

/** Six fields as EventBridge Scheduler has them: minute hour day-of-month month day-of-week year. */
const cron = z.string().refine((text) => cronProblem(text) === null, {
  error: ({ input }) => cronProblem(String(input)),
});

const timeZone = z.string().refine(isTimeZone, "expected an IANA time zone such as America/New_York");

function marketSchema(assetClass: AssetClass) {
  const { providers, ...usual } = defaultMarkets[assetClass];
  return z.strictObject({
    /** What to keep current, by our names: `AAPL`, `^GSPC`, `BTC-USD`, `EURUSD=X`, `GC=F`, `UST10Y`. */
    symbols: z
      .array(z.string().regex(/^\S{1,32}$/, "expected a symbol of 1 to 32 characters without blanks"))
      .max(200_000)
      .refine(isDistinct, "every symbol must stand here once")
      .default([]),
    /** Best first: the next is asked for what the one before it could not give. */
    providers: z
      .array(z.enum(providerIds))
      .min(1)
      .refine(isDistinct, "every provider must stand here once")
      .default([...providers]),
    /** Zone of the crons. */
    timeZone: timeZone.default(usual.timeZone),
    /** Bars within the session; null for daily bars only. */
    intraday: z
      .strictObject({ interval: z.enum(intradayIntervals as [Interval, ...Interval[]]), cron })
      .nullable()
      .default(usual.intraday),
    /** When the daily bar is asked for; null for intraday bars only. */
    endOfDay: cron.nullable().default(usual.endOfDay),
    /** Objects per period. A lake keeps the number it was made with. */
    shards: z.prefault(shardCountSchema, defaultLakeSettings.shardCounts[assetClass]),
  });
}

/** Limits that are given; the others are the plan's. */
const callOverridesSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(callLimitsSchema.shape).map(([name, limit]) => [name, z.optional(limit.def.innerType)]),
  ),
) as z.ZodType<Partial<CallLimits>>;

function vendorSchema(id: VendorId) {
  const { plans, defaultPlan } = vendorFacts[id];
  return z.strictObject({
    /** What you have subscribed to. */
    plan: z.enum(Object.keys(plans)).default(defaultPlan),
    /** What the plan costs you a month; null where `plan` is to leave it out. */
    monthlyUsd: z.number().min(0).nullable().default(null),
    /** Instead of the vendor's own address, without a slash at the end. */
    baseUrl: z
      .string()
      .regex(/^https?:\/\/[^\s/]+(\/\S*[^\s/])?$/, "expected an http(s) address without a slash at the end")
      .nullable()
      .default(null),
    calls: callOverridesSchema.default({}),
    retry: z.prefault(retryLimitsSchema, {}),
    breaker: z.prefault(breakerLimitsSchema, {}),
    timeoutMs: z.int().min(1).max(600_000).default(30_000),
  });
}

const byClass = Object.fromEntries(
  assetClasses.map((assetClass) => [assetClass, marketSchema(assetClass).prefault({})]),
) as Record<AssetClass, z.ZodPrefault<ReturnType<typeof marketSchema>>>;

const byVendor = Object.fromEntries(vendorIds.map((id) => [id, vendorSchema(id).prefault({})])) as Record<
  VendorId,
  z.ZodPrefault<ReturnType<typeof vendorSchema>>
>;

export const marketlakeConfigSchema = z.strictObject({
  /** Gives bars a close in this currency too; null for none. */
  baseCurrency: z.nullable(baseCurrencySchema).default(null),
  markets: z.strictObject(byClass).prefault({}),
  /** How far an extract reaches back, and how much it does at once. */
  extraction: z.prefault(extractionSchema, {}),
  providers: z.strictObject(byVendor).prefault({}),
});
export type MarketlakeConfig = z.infer<typeof marketlakeConfigSchema>;
export type MarketConfig = MarketlakeConfig["markets"][AssetClass];
export type VendorConfig = MarketlakeConfig["providers"][VendorId];

export const defaultConfig: MarketlakeConfig = marketlakeConfigSchema.parse({});

function isDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
