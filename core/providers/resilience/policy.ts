/** How a provider is to be treated: how often it may be called, how long it may take, when it is left alone. */
import * as z from "zod";

const budget = z.int().min(1).nullable();

/** What a plan allows. Null means that the plan sets no such limit. */
export const callLimitsSchema = z.strictObject({
  /** Least time between two calls. */
  gapMs: z.int().min(0).default(100),
  /** After so many calls there is a longer pause. */
  callsPerBatch: z.int().min(1).default(10),
  batchGapMs: z.int().min(0).default(1_000),
  callsPerMinute: budget.default(null),
  callsPerDay: budget.default(null),
  callsPerMonth: budget.default(null),
  /** Zone in which the provider's days and months begin. */
  timeZone: z
    .string()
    .refine(isTimeZone, "expected an IANA time zone such as America/New_York")
    .default("UTC"),
  /** Longest wait for a free call; who would wait longer is told when to come back instead. */
  waitMsMax: z.int().min(0).default(120_000),
});
export type CallLimits = z.infer<typeof callLimitsSchema>;

export const retryLimitsSchema = z.strictObject({
  /** Attempts at one request, the first included. */
  attemptsMax: z.int().min(1).max(10).default(4),
  /** The wait before attempt n + 1 is drawn from `[0, min(backoffMsMax, backoffMs · 2^(n−1)))`. */
  backoffMs: z.int().min(0).default(500),
  backoffMsMax: z.int().min(0).default(30_000),
});
export type RetryLimits = z.infer<typeof retryLimitsSchema>;

export const breakerLimitsSchema = z.strictObject({
  /** Failures in a row after which the provider is left alone. */
  failuresMax: z.int().min(1).default(5),
  /** For how long; then one call tries whether it is back. */
  coolDownMs: z.int().min(1).default(300_000),
});
export type BreakerLimits = z.infer<typeof breakerLimitsSchema>;

export const resiliencePolicySchema = z.strictObject({
  calls: callLimitsSchema.prefault({}),
  retry: retryLimitsSchema.prefault({}),
  breaker: breakerLimitsSchema.prefault({}),
  /** Longest time that one call may take, body included. */
  timeoutMs: z.int().min(1).default(30_000),
});
export type ResiliencePolicy = z.infer<typeof resiliencePolicySchema>;

export const defaultResiliencePolicy: ResiliencePolicy = resiliencePolicySchema.parse({});

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
