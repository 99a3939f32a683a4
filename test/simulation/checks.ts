/** What must hold when a simulation has come to rest. Each check returns what does not. */
import { fromRows, toRows } from "../../core/columnar/batch.ts";
import { advanceIndicators, IndicatorStates } from "../../core/indicators/index.ts";
import { quarantineKey, parseRawBarsKey } from "../../core/lake/keys.ts";
import { shardOf } from "../../core/lake/sharding.ts";
import type { LakeSettings } from "../../core/settings.ts";
import { barsDaily, indicatorsDaily } from "../../core/tables/index.ts";
import { placeName, type LakeContents, type ShardObject } from "./lake-contents.ts";
import { identityOf, type ExpectedBar, type ExpectedLake } from "./oracle.ts";

type BarsObject = ShardObject<typeof barsDaily>;
type BarRow = BarsObject["rows"][number];

/** Columns that a curated row takes from the raw row as they are. */
const receivedColumns = [
  "symbol",
  "ts",
  "open",
  "high",
  "low",
  "close",
  "adj_close",
  "volume",
  "currency",
  "adjustment",
  "is_final",
  "provider",
  "ingested_at",
  "run_id",
] as const;

type Place = Omit<BarsObject, "rows">;

const shardName = ({ assetClass, interval, shard }: Place) => placeName(assetClass, interval, shard, "");

const placesOf = (objects: readonly Place[]) =>
  objects.map(({ assetClass, interval, shard, period }) => placeName(assetClass, interval, shard, period));

const show = (value: unknown) => JSON.stringify(value);

/** Every expected bar stands in its object once, as expected, and nothing else does. */
export function checkBars(lake: LakeContents, expected: ExpectedLake, settings: LakeSettings): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const object of lake.bars) {
    problems.push(...checkOrder(object));
    for (const row of object.rows) {
      const identity = identityOf(object, row.symbol, row.ts);
      if (seen.has(identity)) problems.push(`${identity} stands in curated twice`);
      seen.add(identity);
      problems.push(
        ...checkPlace(object, row, settings),
        ...checkRow(identity, row, expected.bars.get(identity)),
      );
    }
  }
  for (const identity of expected.bars.keys()) {
    if (!seen.has(identity)) problems.push(`${identity} was received and is not in curated`);
  }
  return problems;
}

function checkOrder({ key, rows }: BarsObject): string[] {
  const isSorted = rows.every((row, i) => {
    const before = rows[i - 1];
    return (
      before === undefined ||
      before.symbol < row.symbol ||
      (before.symbol === row.symbol && before.ts < row.ts)
    );
  });
  const problems = isSorted ? [] : [`${key} is not sorted by (symbol, ts)`];
  return rows.length > 0 ? problems : [...problems, `${key} has no rows`];
}

function checkPlace(object: BarsObject, row: BarRow, { shardCounts }: LakeSettings): string[] {
  const iso = new Date(row.ts).toISOString();
  const period = object.interval === "1d" ? iso.slice(0, 4) : iso.slice(0, 7);
  const shard = shardOf(row.symbol, shardCounts[object.assetClass]);
  const isAtHome = period === object.period && shard === object.shard;
  return isAtHome
    ? []
    : [`${object.key} holds ${row.symbol} ${iso}, which belongs to ${period}, shard ${shard}`];
}

function checkRow(identity: string, row: BarRow, expected: ExpectedBar | undefined): string[] {
  if (expected === undefined) return [`${identity} is in curated and no valid row of it was received`];
  const wrong = receivedColumns.filter((name) => !Object.is(row[name], expected.row[name]));
  const problems = wrong.map(
    (name) => `${identity}: ${name} is ${show(row[name])}, expected ${show(expected.row[name])}`,
  );
  return row.source_key === expected.sourceKey
    ? problems
    : [...problems, `${identity} comes from ${row.source_key}, expected ${expected.sourceKey}`];
}

/** Every rejected row stands in the quarantine of its object, with its reasons. */
export function checkQuarantine(lake: LakeContents, expected: ExpectedLake): string[] {
  const found = lake.quarantine.flatMap(({ key, rows }) =>
    rows.map((row) => `${key} ${row.source_key} row ${row.source_row}: ${row.reason_codes}`),
  );
  const wanted = expected.rejects.map(
    ({ key, row, reasons }) => `${quarantineKey(parseRawBarsKey(key)!)} ${key} row ${row}: ${reasons}`,
  );
  return differences("quarantine", found, wanted);
}

/** Indicators equal one pass over all bars of a shard from the first on, bit for bit. */
export function checkIndicators(lake: LakeContents): string[] {
  const problems: string[] = [];
  const stored = Map.groupBy(lake.indicators, shardName);
  for (const [name, objects] of Map.groupBy(lake.bars, shardName)) {
    const bars = objects
      .flatMap(({ rows }) => rows)
      .sort((a, b) => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : a.ts - b.ts));
    const { rows } = advanceIndicators(IndicatorStates.empty(), fromRows(barsDaily, bars));
    const describe = (row: object) => `${name} ${show(row)}`;
    const found = (stored.get(name) ?? []).flatMap((object) => object.rows.map(describe));
    problems.push(...differences("indicators", found, toRows(indicatorsDaily, rows).map(describe)));
  }
  return problems;
}

/** Bars, indicators and checkpoints exist for the same shards and periods, and nothing else lies about. */
export function checkObjects(lake: LakeContents): string[] {
  const wanted = placesOf(lake.bars);
  return [
    ...differences("places with indicators", placesOf(lake.indicators), wanted),
    ...differences("places with checkpoints", lake.checkpoints, wanted),
    ...lake.strangers.map((key) => `${key} is of no known kind`),
    ...lake.quarantine.filter(({ rows }) => rows.length === 0).map(({ key }) => `${key} has no rows`),
  ];
}

/** Two lakes hold the same rows in the same objects. */
export function checkSameLake(name: string, found: LakeContents, wanted: LakeContents): string[] {
  return [
    ...differences(name, rowsOf(found), rowsOf(wanted)),
    ...differences(`${name}, checkpoints`, found.checkpoints, wanted.checkpoints),
  ];
}

function rowsOf({ bars, indicators, quarantine }: LakeContents): string[] {
  return [...bars, ...indicators, ...quarantine].flatMap(({ key, rows }) =>
    rows.map((row, i) => `${key} ${i}: ${show(row)}`),
  );
}

/** What one list has and the other has not, as often as it has. */
export function differences(name: string, found: readonly string[], wanted: readonly string[]): string[] {
  const count = new Map<string, number>();
  for (const text of wanted) count.set(text, (count.get(text) ?? 0) + 1);
  for (const text of found) count.set(text, (count.get(text) ?? 0) - 1);
  return [...count].flatMap(([text, surplus]) =>
    surplus === 0 ? [] : [`${name}: ${surplus > 0 ? "missing" : "unexpected"} ${text}`],
  );
}
