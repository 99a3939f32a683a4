import { breakerPhase, type BreakerPhase } from "./breaker.ts";
import type { BudgetWindow, LaneState } from "./lane-state.ts";
import type { ResiliencePolicy } from "./policy.ts";
import { dayOf, monthOf, zoneOf } from "./slots.ts";

export interface BudgetUse {
  readonly used: number;
  /** Null where the plan sets no limit. */
  readonly limit: number | null;
  /** When the provider counts from zero again, UTC ms. */
  readonly resetsAtMs: number;
}

/** How a provider is, for people and metrics. */
export interface ProviderHealth {
  readonly breaker: BreakerPhase;
  /** In a row. */
  readonly failures: number;
  readonly day: BudgetUse;
  readonly month: BudgetUse;
  /** No call is made before this, UTC ms; in the past where one may be made now. */
  readonly freeAtMs: number;
  /** To the minute; null where it never answered. UTC ms. */
  readonly lastSuccessMs: number | null;
  readonly lastFailure: LaneState["lastFailure"];
}

/** What the shared state of a provider (`ProviderLane.read`) means at a time. */
export function providerHealth(state: LaneState, policy: ResiliencePolicy, nowMs: number): ProviderHealth {
  const zone = zoneOf(policy.calls.timeZone);
  const day = dayOf(zone, nowMs);
  const month = monthOf(zone, nowMs);
  return {
    breaker: breakerPhase(state.breaker, policy.breaker, nowMs),
    failures: state.breaker.failures,
    day: {
      used: callsSince(state.day, day.startMs),
      limit: policy.calls.callsPerDay,
      resetsAtMs: day.endMs,
    },
    month: {
      used: callsSince(state.month, month.startMs),
      limit: policy.calls.callsPerMonth,
      resetsAtMs: month.endMs,
    },
    freeAtMs: state.freeAtMs,
    lastSuccessMs: state.lastSuccessMs,
    lastFailure: state.lastFailure,
  };
}

const callsSince = (window: BudgetWindow, startMs: number) => (window.startMs === startMs ? window.calls : 0);
