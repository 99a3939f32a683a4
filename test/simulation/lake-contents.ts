/** Everything in the stores of a simulation, as rows with the objects that they lie in. */
import { toRows } from "../../core/columnar/batch.ts";
import { decodeParquet } from "../../core/columnar/parquet.ts";
import { parseRawBarsKey, parseShardObjectKey, type Series } from "../../core/lake/keys.ts";
import { intervals, assetClasses, type AssetClass, type Interval } from "../../core/market.ts";
import type { ObjectStore } from "../../core/ports.ts";
import {
  barsDaily,
  indicatorsDaily,
  quarantine,
  rawBars,
  type Row,
  type Table,
} from "../../core/tables/index.ts";
import type { RawFile } from "./oracle.ts";

export interface ShardObject<T extends Table> extends Series {
  readonly key: string;
  readonly period: string;
  readonly shard: number;
  readonly rows: readonly Row<T>[];
}

export interface LakeContents {
  readonly bars: readonly ShardObject<typeof barsDaily>[];
  readonly indicators: readonly ShardObject<typeof indicatorsDaily>[];
  readonly quarantine: readonly { readonly key: string; readonly rows: readonly Row<typeof quarantine>[] }[];
  /** `<series>/<shard>/<period>` of each checkpoint. */
  readonly checkpoints: readonly string[];
  /** Keys of a kind that the stages do not write. */
  readonly strangers: readonly string[];
}

const barsKey = /^curated\/bars_(?:daily|intraday)\//;
const indicatorsKey = /^curated\/indicators_(?:daily|intraday)\//;
const checkpointKey =
  /^curated\/_state\/indicators\/asset_class=(\w+)\/interval=(\w+)\/shard-(\d+)\/(\d{4}(?:-\d{2})?)$/;
const recordKey = /^curated\/(?:elt_job_log|_state\/runs|_state\/watermarks)\//;

export async function readLake(curated: ObjectStore): Promise<LakeContents> {
  const bars: ShardObject<typeof barsDaily>[] = [];
  const indicators: ShardObject<typeof indicatorsDaily>[] = [];
  const rejects: { key: string; rows: Row<typeof quarantine>[] }[] = [];
  const checkpoints: string[] = [];
  const strangers: string[] = [];
  for await (const { key } of curated.list("")) {
    const { bytes } = (await curated.get(key))!;
    const checkpoint = checkpointKey.exec(key);
    if (barsKey.test(key))
      bars.push({ ...placeOf(key), rows: toRows(barsDaily, await decodeParquet(barsDaily, key, bytes)) });
    else if (indicatorsKey.test(key)) {
      indicators.push({
        ...placeOf(key),
        rows: toRows(indicatorsDaily, await decodeParquet(indicatorsDaily, key, bytes)),
      });
    } else if (key.startsWith(quarantine.prefix)) {
      rejects.push({ key, rows: toRows(quarantine, await decodeParquet(quarantine, key, bytes)) });
    } else if (checkpoint !== null)
      checkpoints.push(placeName(checkpoint[1]!, checkpoint[2]!, Number(checkpoint[3]), checkpoint[4]!));
    else if (!recordKey.test(key)) strangers.push(key);
  }
  return { bars, indicators, quarantine: rejects, checkpoints, strangers };
}

export function placeName(assetClass: string, interval: string, shard: number, period: string): string {
  return [assetClass, interval, shard, period].join("/");
}

function placeOf(key: string): {
  key: string;
  assetClass: AssetClass;
  interval: Interval;
  period: string;
  shard: number;
} {
  const assetClass = assetClasses.find((name) => key.includes(`/asset_class=${name}/`))!;
  const interval = intervals.find((name) => key.includes(`/interval=${name}/`)) ?? "1d";
  return { key, assetClass, interval, ...parseShardObjectKey(key)! };
}

/** The raw objects, without those in `except`. */
export async function readRaw(raw: ObjectStore, except: ReadonlySet<string>): Promise<RawFile[]> {
  const files: RawFile[] = [];
  for await (const { key } of raw.list(rawBars.prefix)) {
    if (except.has(key)) continue;
    const { assetClass, interval } = parseRawBarsKey(key)!;
    const { bytes } = (await raw.get(key))!;
    files.push({
      key,
      assetClass,
      interval,
      rows: toRows(rawBars, await decodeParquet(rawBars, key, bytes)),
    });
  }
  return files;
}
