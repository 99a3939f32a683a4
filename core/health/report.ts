import type { LaneState } from "../providers/resilience/lane-state.ts";
import { providerChain, type LakeSettings } from "../settings.ts";
import { freshnessOf, type NewestBars, type SeriesFreshness, type WatchedSeries } from "./freshness.ts";
import { providerProblems, seriesProblems, type HealthProblem } from "./problems.ts";
import { providerStatus, type ProviderStatus } from "./providers.ts";

export interface HealthReport {
  /** When it was so, ISO-8601, UTC. */
  readonly at: string;
  /** None: healthy. */
  readonly problems: readonly HealthProblem[];
  /** Whoever has been called, or may be for a watched series. */
  readonly providers: readonly ProviderStatus[];
  readonly freshness: readonly SeriesFreshness[];
}

/** What is known of a lake at a time. */
export interface HealthFacts {
  readonly settings: LakeSettings;
  /** By provider. */
  readonly lanes: ReadonlyMap<string, LaneState>;
  readonly watched: readonly { readonly series: WatchedSeries; readonly newest: NewestBars }[];
  readonly nowMs: number;
}

/** How a lake is. The same facts give the same report. */
export function reportHealth({ settings, lanes, watched, nowMs }: HealthFacts): HealthReport {
  const needed = new Set(watched.flatMap(({ series }) => providerChain(settings, series.assetClass)));
  const providers = [...new Set([...lanes.keys(), ...needed])].sort().map((provider) => {
    // Where nothing is said of who is asked, it may be anybody.
    const isNeeded = needed.size === 0 || needed.has(provider);
    return providerStatus({ provider, lane: lanes.get(provider) ?? null, isNeeded }, settings, nowMs);
  });
  const freshness = watched.map(({ series, newest }) => freshnessOf(series, newest, settings, nowMs));
  return {
    at: new Date(nowMs).toISOString(),
    problems: [
      ...providers.filter(({ isNeeded }) => isNeeded).flatMap((status) => providerProblems(status, settings)),
      ...freshness.flatMap((series) => seriesProblems(series, settings)),
    ],
    providers,
    freshness,
  };
}
