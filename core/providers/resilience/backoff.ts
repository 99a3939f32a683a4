import type { RetryLimits } from "./policy.ts";

/**
 * The wait before attempt `attempt + 1`: random from zero up to an exponentially growing bound, so that workers that failed
 * together do not come back together (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 *
 * @param random uniform in [0, 1)
 */
export function fullJitterMs(limits: RetryLimits, attempt: number, random: () => number): number {
  return random() * Math.min(limits.backoffMsMax, limits.backoffMs * 2 ** (attempt - 1));
}
