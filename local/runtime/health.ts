/** The health of a lake on this machine, where its tables tell how far it has come, whoever brought the bars. */
import {
  freshnessOf,
  reportHealth,
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

export interface HealthSources {
  readonly store: ObjectStore;
  readonly query: (sql: string) => Promise<QueryResult>;
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

export async function readHealth({
  store,
  query,
  settings,
  watched,
  nowMs,
}: HealthSources): Promise<LakeHealth> {
  const found = newestBars(await query(newestSql));
  const newestOf = (series: Series): NewestBars => found.get(nameOf(series))?.newest ?? new Map();
  const report = reportHealth({
    settings,
    lanes: await readLanes(store),
    watched: watched.map((series) => ({ series, newest: newestOf(series) })),
    nowMs,
  });
  const names = new Set(watched.map(nameOf));
  const others = [...found.values()].filter(({ series }) => !names.has(nameOf(series)));
  return {
    report,
    unwatched: others.map(({ series, newest }) => freshnessOf(series, newest, settings, nowMs)),
  };
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
