/** The health of a lake on this machine, where its tables tell how far it has come, whoever brought the bars. */
import {
  freshnessOf,
  reportHealth,
  type HealthProblem,
  type HealthReport,
  type NewestBars,
  type SeriesFreshness,
  type WatchedSeries,
} from "../../core/health/index.ts";
import type { Series } from "../../core/lake/keys.ts";
import type { AssetClass, Interval } from "../../core/market.ts";
import type { ObjectStore, QueryResult } from "../../core/ports.ts";
import { readLanes } from "../../core/providers/resilience/index.ts";
import type { LakeSettings } from "../../core/settings.ts";
import type { Parts } from "./parts.ts";
import type { DeadLetter } from "./redrive.ts";
import { deadLetterProblems, failedJobProblems } from "./work-problems.ts";

export interface HealthSources {
  readonly store: ObjectStore;
  readonly query: (sql: string) => Promise<QueryResult>;
  readonly deadLetters: () => readonly DeadLetter[];
  readonly settings: LakeSettings;
  readonly watched: readonly WatchedSeries[];
  readonly nowMs: number;
}

export interface LakeHealth {
  readonly report: HealthReport;
  /** Series of the lake of which nobody has said that they are to be kept current. */
  readonly unwatched: readonly SeriesFreshness[];
}

const newestSql = `select asset_class, "interval", symbol, max(ts) from bars where is_final group by 1, 2, 3 order by 1, 2`;

/** What cannot be read stands in `parts` and is left out. */
export async function readHealth(sources: HealthSources, parts: Parts): Promise<LakeHealth> {
  const { store, query, settings, nowMs } = sources;
  const found = await parts.read("freshness", async () => newestBars(await query(newestSql)), null);
  // Of bars that cannot be read nobody knows how far they have come.
  const watched = found === null ? [] : sources.watched;
  const newestOf = (series: Series): NewestBars => found?.get(nameOf(series))?.newest ?? new Map();
  const damaged = new Set<string>();
  const lanes = await readLanes(store, (provider, error) => {
    damaged.add(provider);
    parts.miss(`provider ${provider}`, error);
  });
  const known = watched.map((series) => ({ series, newest: newestOf(series) }));
  const report = reportHealth({ settings, lanes, watched: known, nowMs });
  const names = new Set(watched.map(nameOf));
  const others = [...(found?.values() ?? [])].filter(({ series }) => !names.has(nameOf(series)));
  return {
    report: {
      ...report,
      problems: [...report.problems, ...(await workProblems(sources, parts))],
      providers: report.providers.filter(({ provider }) => !damaged.has(provider)),
    },
    unwatched: others.map(({ series, newest }) => freshnessOf(series, newest, settings, nowMs)),
  };
}

async function workProblems(
  { query, deadLetters, nowMs }: HealthSources,
  parts: Parts,
): Promise<HealthProblem[]> {
  return [
    ...(await parts.read("dead letters", () => deadLetterProblems(deadLetters()), [])),
    ...(await parts.read("failed jobs", () => failedJobProblems(query, nowMs), [])),
  ];
}

/** By `nameOf`, in the order of the rows. */
function newestBars({ rows }: QueryResult): Map<string, { series: Series; newest: Map<string, number> }> {
  const found = new Map<string, { series: Series; newest: Map<string, number> }>();
  for (const [assetClass, interval, symbol, ts] of rows) {
    const series = { assetClass: assetClass as AssetClass, interval: interval as Interval };
    const known = found.get(nameOf(series)) ?? { series, newest: new Map<string, number>() };
    known.newest.set(String(symbol), Date.parse(String(ts)));
    found.set(nameOf(series), known);
  }
  return found;
}

const nameOf = ({ assetClass, interval }: Series) => `${assetClass} ${interval}`;
