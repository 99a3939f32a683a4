/** When a lake counts as unwell. */
import { assetClasses, type AssetClass } from "../market.ts";
import * as z from "../zod.ts";

const percent = z.number().check(z.minimum(0), z.maximum(100));
const minutes = z.int().check(z.minimum(0), z.maximum(14_400));
const hours = z.int().check(z.minimum(1), z.maximum(720));
const bars = z.int().check(z.minimum(0), z.maximum(1_000));

/** The yields of a day are published on the evening or on the next business day. */
const usualBarsBehind = (assetClass: AssetClass) => (assetClass === "bond" ? 1 : 0);

const barsByClass = Object.fromEntries(
  assetClasses.map((assetClass) => [assetClass, z._default(bars, usualBarsBehind(assetClass))]),
) as Record<AssetClass, z.ZodMiniDefault<typeof bars>>;

export const healthSchema = z.strictObject({
  /** An intraday bar should be there so long after two ticks of its own length: vendors may delay quotes by 15 minutes. */
  intradayGraceMinutes: z._default(minutes, 30),
  /** A daily bar should be there so long after the close: on half days the end-of-day tick is 3 hours and a half away. */
  dailyGraceMinutes: z._default(minutes, 360),
  /** Bars that should be there and may be missing at a symbol's end, by asset class. */
  barsBehindMax: z.prefault(z.strictObject(barsByClass), {}),
  /** Symbols of a series that may be further behind than that, in percent. */
  symbolsBehindPctMax: z._default(percent, 0.5),
  /** A breaker that nobody has tried for longer tells nothing: markets were closed, or the provider is a spare. */
  breakerMemoryHours: z._default(hours, 24),
  /** Of the calls of a day or month, in percent; null where plans are meant to be used up. */
  budgetUsedPctMax: z._default(z.nullable(percent), 90),
});
export type HealthSettings = z.infer<typeof healthSchema>;
