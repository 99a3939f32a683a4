/** How the providers of a lake are, for people and machines. */
import {
  providerHealth,
  type BreakerPhase,
  type BudgetUse,
  type ProviderHealth,
} from "../providers/resilience/index.ts";
import { freshLane, type LaneState } from "../providers/resilience/lane-state.ts";
import { healthSettings, policyOf, type LakeSettings } from "../settings.ts";

export interface BudgetStatus extends Omit<BudgetUse, "resetsAtMs"> {
  /** Null where the plan sets no limit. */
  readonly usedPct: number | null;
  /** When it is given anew. */
  readonly resetsAt: string;
}

/** Times are ISO-8601, UTC. */
export interface ProviderStatus {
  readonly provider: string;
  readonly breaker: BreakerPhase;
  /** In a row. */
  readonly failures: number;
  /** Whether a watched series may need it. Nothing is a problem of one that is not. */
  readonly isNeeded: boolean;
  /** As far as is known it does not answer: the breaker is not closed, and was tried not long ago. */
  readonly isDown: boolean;
  readonly today: BudgetStatus;
  readonly thisMonth: BudgetStatus;
  /** Of the fuller of the two; null where the plan sets no limit. */
  readonly budgetUsedPct: number | null;
  /** No call is made before this; null where one may be made now. */
  readonly freeAt: string | null;
  /** Null where it never answered. */
  readonly lastSuccess: string | null;
  readonly secondsSinceSuccess: number | null;
  readonly lastFailure: string | null;
  readonly secondsSinceFailure: number | null;
  readonly lastFailureText: string | null;
}

export interface ProviderFacts {
  readonly provider: string;
  /** Null where it was never called. */
  readonly lane: LaneState | null;
  readonly isNeeded: boolean;
}

export function providerStatus(
  { provider, lane, isNeeded }: ProviderFacts,
  settings: LakeSettings,
  nowMs: number,
): ProviderStatus {
  const health = providerHealth(lane ?? freshLane, policyOf(settings, provider), nowMs);
  const { day, month, lastSuccessMs, lastFailure } = health;
  const [today, thisMonth] = [budgetStatus(day), budgetStatus(month)];
  const usedPct = [today.usedPct, thisMonth.usedPct].filter((pct) => pct !== null);
  return {
    provider,
    breaker: health.breaker,
    failures: health.failures,
    isNeeded,
    isDown: isDown(health, settings, nowMs),
    today,
    thisMonth,
    budgetUsedPct: usedPct.length === 0 ? null : Math.max(...usedPct),
    freeAt: health.freeAtMs <= nowMs ? null : isoTime(health.freeAtMs),
    lastSuccess: isoOrNull(lastSuccessMs),
    secondsSinceSuccess: secondsSince(lastSuccessMs, nowMs),
    lastFailure: isoOrNull(lastFailure?.atMs ?? null),
    secondsSinceFailure: secondsSince(lastFailure?.atMs ?? null, nowMs),
    lastFailureText: lastFailure?.message ?? null,
  };
}

/** Half open is not yet well: nobody has tried since. After a while that says nothing any more. */
function isDown({ breaker, lastFailure }: ProviderHealth, settings: LakeSettings, nowMs: number): boolean {
  if (breaker !== "half_open") return breaker === "open";
  const memoryMs = healthSettings(settings).breakerMemoryHours * 3_600_000;
  return lastFailure !== null && nowMs - lastFailure.atMs < memoryMs;
}

const budgetStatus = ({ resetsAtMs, ...use }: BudgetUse): BudgetStatus => ({
  ...use,
  usedPct: use.limit === null ? null : (100 * use.used) / use.limit,
  resetsAt: isoTime(resetsAtMs),
});

const isoTime = (tsMs: number) => new Date(tsMs).toISOString();
const isoOrNull = (tsMs: number | null) => (tsMs === null ? null : isoTime(tsMs));
const secondsSince = (tsMs: number | null, nowMs: number) =>
  tsMs === null ? null : Math.max(0, Math.floor((nowMs - tsMs) / 1_000));
