import { breakerPhase, type BreakerPhase } from "./breaker.ts";
import { creditsIn, type BudgetWindow, type LaneState } from "./lane-state.ts";
import type { ResiliencePolicy } from "./policy.ts";
import { dayOf, monthOf, zoneOf } from "./slots.ts";

export interface BudgetUse {
  /** What the vendor counts: what it charges for calls where the plan limits that, else calls. Of two budgets the fuller. */
  readonly unit: "calls" | "credits";
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
    day: useOf(state.day, day, policy.calls.callsPerDay, policy.calls.creditsPerDay),
    month: useOf(state.month, month, policy.calls.callsPerMonth, policy.calls.creditsPerMonth),
    freeAtMs: state.freeAtMs,
    lastSuccessMs: state.lastSuccessMs,
    lastFailure: state.lastFailure,
  };
}

function useOf(
  window: BudgetWindow,
  { startMs, endMs: resetsAtMs }: { startMs: number; endMs: number },
  callsLimit: number | null,
  creditsLimit: number | null,
): BudgetUse {
  const isCurrent = window.startMs === startMs;
  const calls = isCurrent ? window.calls : 0;
  const credits = isCurrent ? creditsIn(window) : 0;
  const isInCredits = creditsLimit !== null && credits / creditsLimit >= calls / (callsLimit ?? Infinity);
  return isInCredits
    ? { unit: "credits", used: credits, limit: creditsLimit, resetsAtMs }
    : { unit: "calls", used: calls, limit: callsLimit, resetsAtMs };
}
