/** How long calls take under a policy: the very rule that admits them (`takeSlot`) is asked for each. */
import { intervalMs } from "../market.ts";
import type { LaneState } from "../providers/resilience/lane-state.ts";
import type { CallLimits } from "../providers/resilience/index.ts";
import { dayOf, takeSlot, zoneOf } from "../providers/resilience/slots.ts";

/** So many calls are gone through; the pace of more is that of these. */
const callsSimulatedMax = 10_000;

export interface Pace {
  /** From the start to the last answer. */
  readonly durationMs: number;
  /** Of this, spent asking: without the times in which a budget was used up. */
  readonly workingMs: number;
  /** Days of the provider's zone, from that of the first call to that of the last answer. */
  readonly days: number;
}

/** Calls, and what they cost together: each the same, but for whole credits. */
export interface Load {
  readonly calls: number;
  readonly credits: number;
}

/** Of work that is done several times. */
export const loadOf = (parts: readonly { readonly work: Load; readonly times: number }[]): Load =>
  parts.reduce(
    (sum, { work, times }) => plus(sum, { calls: work.calls * times, credits: work.credits * times }),
    { calls: 0, credits: 0 },
  );

export const plus = (a: Load, b: Load): Load => ({
  calls: a.calls + b.calls,
  credits: a.credits + b.credits,
});

/**
 * One call after the other.
 * @param state what is used already, and when the next call is free
 * @param latencyMs from a call to its answer
 */
export function paceOf(
  { calls, credits }: Load,
  limits: CallLimits,
  state: LaneState,
  startMs: number,
  latencyMs: number,
): Pace {
  const simulated = Math.min(calls, callsSimulatedMax);
  let nowMs = startMs;
  let restingMs = 0;
  let lane = state;
  const paidAfter = (made: number) => Math.round((made * credits) / calls);
  for (let made = 0; made < simulated;) {
    const slot = takeSlot(lane, limits, nowMs, paidAfter(made + 1) - paidAfter(made));
    if (slot.free) {
      lane = slot.state;
      nowMs = slot.atMs + latencyMs;
      made++;
    } else {
      restingMs += slot.resumesAtMs - nowMs;
      nowMs = slot.resumesAtMs;
    }
  }
  const scale = simulated === 0 ? 0 : calls / simulated;
  const durationMs = (nowMs - startMs) * scale;
  const zone = zoneOf(limits.timeZone);
  const [firstDay, lastDay] = [startMs, startMs + durationMs].map((tsMs) => dayOf(zone, tsMs).startMs);
  // Days of a clock change are an hour off.
  const days = 1 + Math.round((lastDay! - firstDay!) / intervalMs["1d"]);
  return { durationMs, workingMs: durationMs - restingMs * scale, days };
}
