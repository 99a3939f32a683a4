/** Bars that a market's calendar says there should be and the lake has not. */
import { calendarFor, type MarketCalendar } from "../calendar/index.ts";
import { decodeParquet } from "../columnar/parquet.ts";
import { barsKey, type Series } from "../lake/keys.ts";
import { shardOf } from "../lake/sharding.ts";
import { intervalMs, periodOf, periodRange, utcDate, type Period } from "../market.ts";
import { barsTableOf } from "../tables/index.ts";
import { backfill, type BackfillOptions, type BackfillRequest, type BackfillResult } from "./backfill.ts";
import type { PipelineContext } from "./context.ts";
import type { ExtractContext } from "./extract.ts";

/** Half-open, UTC ms of bar starts. */
export interface GapQuery extends Series {
  readonly symbols: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Bars of a symbol that are missing, from the first to the last of them. */
export interface Gap {
  readonly symbol: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly missingBars: number;
}

/** One gap per symbol that misses bars. Symbols whose calendar is not known have none. */
export async function findGaps(context: PipelineContext, query: GapQuery): Promise<Gap[]> {
  const shardCount = context.settings.shardCounts[query.assetClass];
  const gaps: Gap[] = [];
  for (const [shard, symbols] of Map.groupBy(query.symbols, (symbol) => shardOf(symbol, shardCount))) {
    const present = await presentBars(context, query, shard);
    for (const symbol of symbols) {
      const calendar = calendarFor(query.assetClass, symbol);
      if (calendar === null) continue;
      const gap = gapOf(symbol, expectedBars(calendar, query), present.get(symbol) ?? new Set(), query);
      if (gap !== null) gaps.push(gap);
    }
  }
  return gaps;
}

/**
 * Asks once more for what is missing: of every symbol with a gap, the stretch in which any of them has one. What no
 * provider has stays a gap, and is asked for at the next call again. Null where nothing is missing.
 */
export async function refillGaps(
  context: ExtractContext,
  query: GapQuery & Pick<BackfillRequest, "provider">,
  options: BackfillOptions = {},
): Promise<BackfillResult | null> {
  const gaps = await findGaps(context, query);
  if (gaps.length === 0) return null;
  const fromMs = Math.min(...gaps.map((gap) => gap.fromMs));
  const toMs = Math.max(...gaps.map((gap) => gap.toMs));
  return backfill(context, { ...query, fromMs, toMs, symbols: gaps.map(({ symbol }) => symbol) }, options);
}

/** Starts of final bars in the lake, by symbol. A provisional bar is one that is missing. */
async function presentBars(
  { stores }: PipelineContext,
  query: GapQuery,
  shard: number,
): Promise<Map<string, Set<number>>> {
  const present = new Map<string, Set<number>>();
  for (const period of periodsOf(query)) {
    const key = barsKey(query, period, shard);
    const object = await stores.curated.get(key);
    if (object === null) continue;
    const columns = ["symbol", "ts", "is_final"] as const;
    const bars = await decodeParquet(barsTableOf(query.interval), key, object.bytes, { columns });
    const { symbol, ts, is_final: isFinal } = bars.columns;
    const starts = symbol.values.map((name) => present.get(name) ?? new Set<number>());
    for (const [code, name] of symbol.values.entries()) present.set(name, starts[code]!);
    for (let row = 0; row < bars.rowCount; row++) {
      if (isFinal[row] === 1) starts[symbol.codes[row]!]!.add(ts[row]!);
    }
  }
  return present;
}

function periodsOf({ interval, fromMs, toMs }: GapQuery): Period[] {
  const periods: Period[] = [];
  for (let ms = fromMs; ms < toMs; ms = periodRange(periods.at(-1)!).toMs)
    periods.push(periodOf(interval, ms));
  return periods;
}

/** Starts of the bars that the sessions of the range fill. */
function* expectedBars(calendar: MarketCalendar, { interval, fromMs, toMs }: GapQuery): Generator<number> {
  const dayMs = intervalMs["1d"];
  const lengthMs = intervalMs[interval];
  // A session may begin on the evening before its date.
  for (const session of calendar.sessions(utcDate(fromMs - dayMs), utcDate(toMs + 2 * dayMs))) {
    const firstMs =
      interval === "1d" ? Date.parse(session.date) : Math.floor(session.openMs / lengthMs) * lengthMs;
    const count = calendar.expectedBars(session, lengthMs);
    for (let bar = 0; bar < count; bar++) {
      const startsMs = firstMs + bar * lengthMs;
      if (startsMs >= fromMs && startsMs < toMs) yield startsMs;
    }
  }
}

function gapOf(
  symbol: string,
  expected: Iterable<number>,
  present: ReadonlySet<number>,
  { interval }: Series,
): Gap | null {
  const missing = [...expected].filter((startsMs) => !present.has(startsMs));
  if (missing.length === 0) return null;
  return {
    symbol,
    fromMs: missing[0]!,
    toMs: missing.at(-1)! + intervalMs[interval],
    missingBars: missing.length,
  };
}
