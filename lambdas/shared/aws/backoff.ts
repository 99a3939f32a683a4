/** Exponential growth from `baseMs`, capped at `maxMs`. */
export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/**
 * A random wait before attempt number `attempt` (1 is the first repetition), in `[0, cap)`: callers that failed
 * together do not come back together (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export function fullJitterMs(backoff: Backoff, attempt: number): number {
  return Math.random() * capMs(backoff, attempt);
}

/** As `fullJitterMs`, in `[cap / 2, cap)`: for polling, where a wait near zero only costs a request. */
export function equalJitterMs(backoff: Backoff, attempt: number): number {
  return (capMs(backoff, attempt) * (1 + Math.random())) / 2;
}

function capMs({ baseMs, maxMs }: Backoff, attempt: number): number {
  return Math.min(maxMs, baseMs * 2 ** (attempt - 1));
}
