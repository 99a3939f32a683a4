/** The configuration of a stage: markets, vendors, schedules and deployment, all of it optional, every number with its range. */
import * as z from "zod";
import { assetClasses, intradayIntervals, type AssetClass, type Interval } from "../market.ts";
import {
  breakerLimitsSchema,
  callLimitsSchema,
  retryLimitsSchema,
  type CallLimits,
} from "../providers/resilience/index.ts";
import { vendorIds, type VendorId } from "../providers/registry.ts";
import { healthSchema } from "../health/settings.ts";
import { baseCurrencySchema, defaultLakeSettings, extractionSchema, shardCountSchema } from "../settings.ts";
import { deploymentSchema } from "./deployment.ts";
import { maintenanceSchema } from "./maintenance.ts";
import { defaultMarkets } from "./markets.ts";
import { providerIds } from "./provider-ids.ts";
import { cron, timeZone } from "./schedule-fields.ts";
import { vendorFacts } from "./vendors.ts";

/** Faster polls would begin before the last one has ended. */
const everySecondsMin = 5;
const secondsPerMinute = 60;
const dividesMinute = (seconds: number) => secondsPerMinute % seconds === 0;

function marketSchema(assetClass: AssetClass) {
  const { providers, ...usual } = defaultMarkets[assetClass];
  const market = z.strictObject({
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
    /** Asks for intraday bars so often, in every minute that the cron above has hours for; null for its own ticks only. */
    stream: z
      .strictObject({
        everySeconds: z
          .int()
          .min(everySecondsMin)
          .max(secondsPerMinute)
          .refine(dividesMinute, "expected seconds that divide a minute: 5, 6, 10, 12, 15, 20, 30 or 60"),
      })
      .nullable()
      .default(null),
    /** Objects per period. A lake keeps the number it was made with. */
    shards: z.prefault(shardCountSchema, defaultLakeSettings.shardCounts[assetClass]),
  });
  return market.refine(({ stream, intraday }) => stream === null || intraday !== null, {
    path: ["stream"],
    error: "a stream asks for intraday bars; set intraday too, or stream to null",
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

/** Ids by coin, of those that share their symbol with others: `lookup names` finds them. */
const coinIds = z.record(z.string().regex(/^[A-Z0-9]{1,20}$/), z.int().min(1), {
  error: ({ code }) =>
    code === "invalid_key" ? 'expected a coin such as "TON", without its currency' : undefined,
});

const byVendor = {
  ...(Object.fromEntries(vendorIds.map((id) => [id, vendorSchema(id).prefault({})])) as Record<
    VendorId,
    z.ZodPrefault<ReturnType<typeof vendorSchema>>
  >),
  coinmarketcap: vendorSchema("coinmarketcap")
    .extend({ ids: coinIds.default({}) })
    .prefault({}),
};

export const marketlakeConfigSchema = z.strictObject({
  /** Gives bars a close in this currency too; null for none. */
  baseCurrency: z.nullable(baseCurrencySchema).default(null),
  markets: z.strictObject(byClass).prefault({}),
  /** How far an extract reaches back, and how much it does at once. */
  extraction: z.prefault(extractionSchema, {}),
  /** What the health check takes for a problem. */
  health: z.prefault(healthSchema, {}),
  providers: z.strictObject(byVendor).prefault({}),
  maintenance: maintenanceSchema.prefault({}),
  /** Where no market has symbols: `synthetic` keeps every market current with generated bars, of any symbols. */
  withoutSymbols: z.enum(["synthetic", "nothing"]).default("nothing"),
  deployment: deploymentSchema.prefault({}),
});
export type MarketlakeConfig = z.infer<typeof marketlakeConfigSchema>;
export type MarketConfig = MarketlakeConfig["markets"][AssetClass];
export type VendorConfig = MarketlakeConfig["providers"][VendorId];

function isDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
