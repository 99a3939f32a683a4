/** Exponential growth from `baseMs`, capped at `maxMs`. */
export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/**
 * A random wait before attempt number `attempt` (1 is the first repetition), in `[0, cap)`: callers that failed
 * together do not come back together (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export function fullJitterMs({ baseMs, maxMs }: Backoff, attempt: number): number {
  return Math.random() * Math.min(maxMs, baseMs * 2 ** (attempt - 1));
}
