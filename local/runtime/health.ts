/** How the providers are, and how far behind the markets the series of a lake are. */
import { calendarFor, expectedBarsWithin, newestBarStart } from "../../core/calendar/index.ts";
import { intervalMs, type AssetClass, type Interval } from "../../core/market.ts";
import type { QueryValue } from "../../core/ports.ts";
import { providerHealth, type BudgetUse } from "../../core/providers/resilience/index.ts";
import type { LaneState } from "../../core/providers/resilience/lane-state.ts";
import { policyOf, type LakeSettings } from "../../core/settings.ts";

export interface BudgetStatus extends Omit<BudgetUse, "resetsAtMs"> {
  /** When it is given anew. */
  readonly resetsAt: string;
}

/** Times are ISO-8601, UTC. */
export interface ProviderStatus {
  readonly provider: string;
  readonly breaker: string;
  /** In a row. */
  readonly failures: number;
  readonly today: BudgetStatus;
  readonly thisMonth: BudgetStatus;
  readonly lastSuccess: string | null;
  readonly lastFailure: string | null;
  readonly lastFailureText: string | null;
}

export interface Freshness {
  readonly assetClass: AssetClass;
  readonly interval: Interval;
  readonly newestBar: string;
  /** Start of the newest bar that has ended, by the asset class's calendar. */
  readonly expectedBar: string | null;
  /** Bars between the two. */
  readonly barsBehind: number;
}

/** Providers that have been called, by name. */
export function providerStatuses(
  lanes: ReadonlyMap<string, LaneState>,
  settings: LakeSettings,
  nowMs: number,
): ProviderStatus[] {
  return [...lanes].map(([provider, state]) => {
    const health = providerHealth(state, policyOf(settings, provider), nowMs);
    return {
      provider,
      breaker: health.breaker,
      failures: health.failures,
      today: budgetStatus(health.day),
      thisMonth: budgetStatus(health.month),
      lastSuccess: health.lastSuccessMs === null ? null : isoTime(health.lastSuccessMs),
      lastFailure: health.lastFailure === null ? null : isoTime(health.lastFailure.atMs),
      lastFailureText: health.lastFailure?.message ?? null,
    };
  });
}

const budgetStatus = ({ resetsAtMs, ...use }: BudgetUse): BudgetStatus => ({
  ...use,
  resetsAt: isoTime(resetsAtMs),
});

/** @param series rows with `asset_class`, `interval` and `last_bar` */
export function freshnessOf(
  series: readonly Readonly<Record<string, QueryValue>>[],
  nowMs: number,
): Freshness[] {
  return series.map((row) => {
    const assetClass = row["asset_class"] as AssetClass;
    const interval = row["interval"] as Interval;
    const newestMs = Date.parse(String(row["last_bar"]));
    const calendar = calendarFor(assetClass)!;
    const expectedMs = newestBarStart(calendar, intervalMs[interval], nowMs);
    const missing = { fromMs: newestMs + 1, toMs: (expectedMs ?? newestMs) + 1 };
    return {
      assetClass,
      interval,
      newestBar: isoTime(newestMs),
      expectedBar: expectedMs === null ? null : isoTime(expectedMs),
      barsBehind: expectedBarsWithin(calendar, intervalMs[interval], missing),
    };
  });
}

const isoTime = (tsMs: number) => new Date(tsMs).toISOString();
