/** The health check: reads what the pipeline knows of providers and of how far symbols have come, and changes nothing. */
import { reportHealth, type HealthReport, type NewestBars, type WatchedSeries } from "../health/index.ts";
import { parseWatermarkKey, watermarksPrefix, type Series, type WatermarkLocation } from "../lake/keys.ts";
import { readLanes } from "../providers/resilience/index.ts";
import type { PipelineContext } from "./context.ts";
import { readWatermarks } from "./watermarks.ts";

export type HealthContext = Pick<PipelineContext, "settings"> & {
  readonly stores: Pick<PipelineContext["stores"], "curated">;
};

/** Enough to hide the way to the store, few enough to hold. */
const readsAtOnce = 8;

/**
 * How the providers and the watched series are. Newest bars are those of the watermarks: what extracts of schedules have
 * brought, by whichever provider; loaded files raise none.
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
    known.push({ series, newest: await newestOf(context, marks.get(nameOf(series)) ?? []) });
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
async function newestOf(context: HealthContext, shards: readonly WatermarkLocation[]): Promise<NewestBars> {
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

const nameOf = ({ assetClass, interval }: Series) => `${assetClass} ${interval}`;
