/**
 * Prices in the base currency. Daily forex bars of the lake are an input of every bars object that has such prices, so
 * these are rewritten when forex bars change: the stage that merges those tells the objects of the same days, in
 * messages that name the changed bars and let the reader find out what follows.
 */
import { BaseRates, pairsOf, type PairCloses } from "../currency/rates.ts";
import { convertibleClasses, isConvertible } from "../currency/convert.ts";
import { mainUnitOf } from "../currency/minor-units.ts";
import { decodeParquet } from "../columnar/parquet.ts";
import {
  barsKey,
  barsPeriodPrefix,
  barsPrefix,
  parseShardObjectKey,
  type Series,
  type ShardPeriod,
} from "../lake/keys.ts";
import { shardOf } from "../lake/sharding.ts";
import { intervals, periodOf, periodRange, type Period } from "../market.ts";
import type { TransformMessage } from "../messages/index.ts";
import { barsDaily } from "../tables/index.ts";
import type { PipelineContext } from "./context.ts";

const dayMs = 86_400_000;
const forexDaily: Series = { assetClass: "forex", interval: "1d" };

/** Whether a message's source is not raw rows but the exchange rates of its days. */
export const isRatesKey = (key: string) => key.startsWith(barsPrefix(forexDaily));

/** Rates for the bars of one object; null where its closes are not converted. */
export async function ratesFor(
  context: PipelineContext,
  target: ShardPeriod,
  currencies: readonly string[],
): Promise<BaseRates | null> {
  const { baseCurrency } = context.settings;
  if (baseCurrency === undefined || !isConvertible(target.assetClass)) return null;
  const { code: base, carryDays } = baseCurrency;
  const reader = new ClosesReader(context, yearsBefore(target.period, carryDays));
  const pairs = new Map<string, PairCloses[]>();
  for (const currency of new Set(currencies.map((quoted) => mainUnitOf(quoted).currency))) {
    if (currency === base) continue;
    const known: PairCloses[] = [];
    for (const pair of pairsOf(currency, base))
      known.push({ ...pair, ...(await reader.closesOf(pair.symbol)) });
    pairs.set(currency, known);
  }
  return new BaseRates(base, carryDays, pairs);
}

/** The years of a period and of the days before it from which a rate may be carried. */
function yearsBefore(period: Period, carryDays: number): Period[] {
  const { fromMs, toMs } = periodRange(period);
  const first = Number(periodOf("1d", fromMs - (carryDays + 1) * dayMs));
  const last = Number(periodOf("1d", toMs - 1));
  return Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
}

type Closes = Pick<PairCloses, "days" | "closes">;

/** Daily closes of pairs over some years; reads every object once. */
class ClosesReader {
  readonly #context: PipelineContext;
  readonly #years: readonly Period[];
  readonly #bySymbolOfShard = new Map<number, Promise<Map<string, { days: number[]; closes: number[] }>>>();

  constructor(context: PipelineContext, years: readonly Period[]) {
    this.#context = context;
    this.#years = years;
  }

  async closesOf(symbol: string): Promise<Closes> {
    const shard = shardOf(symbol, this.#context.settings.shardCounts.forex);
    const known = this.#bySymbolOfShard.get(shard) ?? this.#read(shard);
    this.#bySymbolOfShard.set(shard, known);
    return (await known).get(symbol) ?? { days: [], closes: [] };
  }

  async #read(shard: number) {
    const bySymbol = new Map<string, { days: number[]; closes: number[] }>();
    for (const year of this.#years) {
      const key = barsKey(forexDaily, year, shard);
      const object = await this.#context.stores.curated.get(key);
      if (object === null) continue;
      const { rowCount, columns } = await decodeParquet(barsDaily, key, object.bytes, {
        columns: ["symbol", "ts", "close"],
      });
      for (let row = 0; row < rowCount; row++) {
        const symbol = columns.symbol.values[columns.symbol.codes[row]!]!;
        const series = bySymbol.get(symbol) ?? { days: [], closes: [] };
        series.days.push(Math.floor(columns.ts[row]! / dayMs));
        series.closes.push(columns.close[row]!);
        bySymbol.set(symbol, series);
      }
    }
    return bySymbol;
  }
}

/** Half-open range of bar starts, UTC ms. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The messages that changed rates of a range call for: one for each shard of a series with bars that may use them. */
export async function ratesMessages(
  context: PipelineContext,
  { runId, scheduledMs, shard: forexShard }: TransformMessage,
  changed: TimeRange,
): Promise<TransformMessage[]> {
  const { baseCurrency } = context.settings;
  if (baseCurrency === undefined) return [];
  // A day more on both sides: a bar's session date may differ from its UTC date.
  const fromMs = changed.fromMs - dayMs;
  const toMs = changed.toMs + (baseCurrency.carryDays + 1) * dayMs;
  const key = barsKey(forexDaily, periodOf("1d", changed.fromMs), forexShard);
  const messages: TransformMessage[] = [];
  for (const assetClass of convertibleClasses) {
    for (const interval of intervals) {
      const found = await objectsIn(context, { assetClass, interval }, { fromMs, toMs });
      for (const shard of new Set(found.map((object) => object.shard))) {
        const sources = [{ key, rows: 0, fromMs, toMs }];
        messages.push({
          version: 1,
          kind: "transform",
          runId,
          scheduledMs,
          assetClass,
          interval,
          shard,
          sources,
        });
      }
    }
  }
  return messages;
}

/** The bars objects of a series with bars in a range. */
export async function objectsIn(
  { stores }: PipelineContext,
  series: Series,
  { fromMs, toMs }: TimeRange,
): Promise<{ period: Period; shard: number }[]> {
  const objects: { period: Period; shard: number }[] = [];
  const startAfter = barsPeriodPrefix(series, periodOf(series.interval, fromMs));
  for await (const { key } of stores.curated.list(barsPrefix(series), startAfter)) {
    const object = parseShardObjectKey(key);
    if (object === null) continue;
    if (periodRange(object.period).fromMs >= toMs) break;
    objects.push(object);
  }
  return objects;
}
