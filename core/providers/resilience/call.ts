import { describeError, TerminalError, TransientError } from "../../errors.ts";
import { InvalidKeyError, RateLimitedError } from "../errors.ts";
import type { ProviderIo } from "../provider.ts";
import { Attempt } from "./attempt.ts";
import { fullJitterMs } from "./backoff.ts";
import type { ProviderLane } from "./lane.ts";
import { dayOf, monthOf, zoneOf } from "./slots.ts";

/**
 * Makes one request of a provider, as often as its policy allows. Every HTTP call that `work` makes through the `io` given
 * to it is admitted by the breaker and reserved in the budgets first.
 *
 * @throws BreakerOpenError or BudgetExhaustedError where the provider is not to be asked now; the last TransientError after
 * all attempts; at once whatever no retry can help.
 */
export async function callProvider<T>(
  lane: ProviderLane,
  io: ProviderIo,
  work: (io: ProviderIo) => Promise<T>,
): Promise<T> {
  const { retry } = lane.policy;
  for (let number = 1; ; number++) {
    const attempt = new Attempt(lane, io);
    try {
      const result = await work(attempt.io);
      if (attempt.hasCalled) await lane.succeeded();
      return result;
    } catch (error) {
      if (attempt.refusal !== null) throw attempt.refusal.error;
      if (!attempt.hasCalled) throw error;
      // It answered, though not what was wanted: an unknown symbol says nothing against the provider.
      if (error instanceof TerminalError && !isOfAllCalls(error)) await lane.succeeded();
      if (!isOfAllCalls(error)) throw error;
      await lane.failed(attempt.redact(describeError(error)), holdUntilMs(lane, attempt, error));
      if (error instanceof TerminalError || number >= retry.attemptsMax) throw error;
    }
    await lane.clock.sleep(fullJitterMs(retry, number, lane.random));
  }
}

/** Whether the next call would probably hear the same: it is better not made. */
const isOfAllCalls = (error: unknown): error is TransientError | InvalidKeyError =>
  error instanceof TransientError || error instanceof InvalidKeyError;

const minuteMs = 60_000;

/** Until when the provider wants to be left alone: as it said, or to the end of the period whose limit is reached. */
function holdUntilMs({ clock, policy }: ProviderLane, { retryAtMs }: Attempt, error: Error): number {
  if (retryAtMs !== null) return retryAtMs;
  if (!(error instanceof RateLimitedError)) return 0;
  const nowMs = clock.nowMs();
  const zone = zoneOf(policy.calls.timeZone);
  switch (error.period) {
    case "minute":
      return nowMs + minuteMs;
    case "day":
      return dayOf(zone, nowMs).endMs;
    case "month":
      return monthOf(zone, nowMs).endMs;
    case null:
      return 0;
  }
}
