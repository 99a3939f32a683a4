/** The health check: reads what the pipeline knows of providers and of how far symbols have come, and changes nothing. */
import { decodeParquet } from "../columnar/parquet.ts";
import {
  missedBars,
  reportHealth,
  type HealthReport,
  type NewestBars,
  type WatchedSeries,
} from "../health/index.ts";
import {
  barsKey,
  parseWatermarkKey,
  watermarksPrefix,
  type Series,
  type WatermarkLocation,
} from "../lake/keys.ts";
import { shardOf } from "../lake/sharding.ts";
import { periodOf } from "../market.ts";
import { readLanes } from "../providers/resilience/index.ts";
import { barsTableOf } from "../tables/index.ts";
import type { PipelineContext } from "./context.ts";
import { readWatermarks } from "./watermarks.ts";

export type HealthContext = Pick<PipelineContext, "settings"> & {
  readonly stores: Pick<PipelineContext["stores"], "curated">;
};

/** Enough to hide the way to the store, few enough to hold. */
const readsAtOnce = 8;

/**
 * How the providers and the watched series are. Newest bars are those of the watermarks, by whichever provider; only where
 * these miss some are the bars themselves looked at.
 *
 * @param nowMs what calendars, breakers and budgets are asked about, UTC ms
 * @throws UnreadableObjectError for damaged watermarks or a damaged state of a provider.
 */
export async function checkHealth(
  context: HealthContext,
  watched: readonly WatchedSeries[],
  nowMs: number,
): Promise<HealthReport> {
  const { settings, stores } = context;
  const [lanes, marks] = await Promise.all([readLanes(stores.curated), marksOf(context, watched)]);
  const known: { series: WatchedSeries; newest: NewestBars }[] = [];
  for (const series of watched) {
    const newest = await newestOf(context, marks.get(nameOf(series)) ?? []);
    await lookForMissed(context, series, newest, nowMs);
    known.push({ series, newest });
  }
  return reportHealth({ settings, lanes, watched: known, nowMs });
}

/** Where the marks of each watched series are, by `nameOf`. */
async function marksOf(
  { stores }: HealthContext,
  watched: readonly WatchedSeries[],
): Promise<ReadonlyMap<string, readonly WatermarkLocation[]>> {
  const names = new Set(watched.map(nameOf));
  const found: WatermarkLocation[] = [];
  for await (const { key } of stores.curated.list(watermarksPrefix)) {
    const of = parseWatermarkKey(key);
    if (of !== null && names.has(nameOf(of))) found.push(of);
  }
  return Map.groupBy(found, nameOf);
}

/** Of all providers together: what one has not brought, another may have. */
async function newestOf(
  context: HealthContext,
  shards: readonly WatermarkLocation[],
): Promise<Map<string, number>> {
  const newest = new Map<string, number>();
  for (let first = 0; first < shards.length; first += readsAtOnce) {
    const some = shards.slice(first, first + readsAtOnce);
    for (const marks of await Promise.all(some.map((of) => readWatermarks(context, of)))) {
      for (const [symbol, { barMs }] of marks) {
        newest.set(symbol, Math.max(barMs, newest.get(symbol) ?? barMs));
      }
    }
  }
  return newest;
}

/**
 * Looks in the lake for bars that the watermarks miss, for refills, backfills and files raise none: in the objects of those
 * symbols that should hold the newest bar expected.
 */
async function lookForMissed(
  { stores, settings }: HealthContext,
  series: WatchedSeries,
  newest: Map<string, number>,
  nowMs: number,
): Promise<void> {
  const shardCount = settings.shardCounts[series.assetClass];
  const missed = missedBars(series, newest, settings, nowMs);
  const keys = new Set(
    missed.map(({ symbol, expectedMs }) =>
      barsKey(series, periodOf(series.interval, expectedMs), shardOf(symbol, shardCount)),
    ),
  );
  const symbols = new Set(missed.map(({ symbol }) => symbol));
  for (const key of keys) {
    const object = await stores.curated.get(key);
    if (object === null) continue;
    const columns = ["symbol", "ts", "is_final"] as const;
    const bars = await decodeParquet(barsTableOf(series.interval), key, object.bytes, { columns });
    const { symbol, ts, is_final: isFinal } = bars.columns;
    for (let row = 0; row < bars.rowCount; row++) {
      const name = symbol.values[symbol.codes[row]!]!;
      if (isFinal[row] !== 1 || !symbols.has(name)) continue;
      newest.set(name, Math.max(ts[row]!, newest.get(name) ?? ts[row]!));
    }
  }
}

const nameOf = ({ assetClass, interval }: Series) => `${assetClass} ${interval}`;
