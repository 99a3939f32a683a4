/** How a provider is to be treated: how often it may be called, how long it may take, when it is left alone. */
import { isTimeZone } from "../../calendar/time-zone.ts";
import * as z from "../../zod.ts";

const milliseconds = z.int().check(z.minimum(0));
const atLeastOne = z.int().check(z.minimum(1));
const budget = z._default(z.nullable(atLeastOne), null);

/**
 * What a plan allows. Null means that the plan sets no such limit. Vendors count calls, or what they charge for them, here
 * named credits: CoinMarketCap's credits, Binance's request weight.
 */
export const callLimitsSchema = z.strictObject({
  /** Least time between two calls. */
  gapMs: z._default(milliseconds, 100),
  /** After so many calls there is a longer pause. */
  callsPerBatch: z._default(atLeastOne, 10),
  batchGapMs: z._default(milliseconds, 1_000),
  callsPerMinute: budget,
  callsPerDay: budget,
  callsPerMonth: budget,
  creditsPerMinute: budget,
  creditsPerDay: budget,
  creditsPerMonth: budget,
  /** Zone in which the provider's days and months begin. */
  timeZone: z._default(
    z.string().check(z.refine(isTimeZone, "expected an IANA time zone such as America/New_York")),
    "UTC",
  ),
  /** Longest wait for a free call; who would wait longer is told when to come back instead. */
  waitMsMax: z._default(milliseconds, 120_000),
});
export type CallLimits = z.infer<typeof callLimitsSchema>;

export const retryLimitsSchema = z.strictObject({
  /** Attempts at one request, the first included. */
  attemptsMax: z._default(z.int().check(z.minimum(1), z.maximum(10)), 4),
  /** The wait before attempt n + 1 is drawn from `[0, min(backoffMsMax, backoffMs · 2^(n−1)))`. */
  backoffMs: z._default(milliseconds, 500),
  backoffMsMax: z._default(milliseconds, 30_000),
});
export type RetryLimits = z.infer<typeof retryLimitsSchema>;

export const breakerLimitsSchema = z.strictObject({
  /** Failures in a row after which the provider is left alone. */
  failuresMax: z._default(atLeastOne, 5),
  /** For how long; then one call tries whether it is back. */
  coolDownMs: z._default(atLeastOne, 300_000),
});
export type BreakerLimits = z.infer<typeof breakerLimitsSchema>;

export const resiliencePolicySchema = z.strictObject({
  calls: z.prefault(callLimitsSchema, {}),
  retry: z.prefault(retryLimitsSchema, {}),
  breaker: z.prefault(breakerLimitsSchema, {}),
  /** Longest time that one call may take, body included. */
  timeoutMs: z._default(atLeastOne, 30_000),
});
export type ResiliencePolicy = z.infer<typeof resiliencePolicySchema>;

export const defaultResiliencePolicy: ResiliencePolicy = resiliencePolicySchema.parse({});
