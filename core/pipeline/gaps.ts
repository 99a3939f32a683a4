/** Bars that a market's calendar says there should be and the lake has not. */
import { calendarFor, expectedStarts, type MarketCalendar } from "../calendar/index.ts";
import { decodeParquet } from "../columnar/parquet.ts";
import { barsKey, type Series } from "../lake/keys.ts";
import { intervalMs, periodOf, periodRange, type Period } from "../market.ts";
import type { Window } from "../providers/vendor/bar-rows.ts";
import { barsTableOf } from "../tables/index.ts";
import type { PipelineContext } from "./context.ts";
import { byShard } from "./extract-plan.ts";

export interface GapQuery extends Series {
  readonly symbols: readonly string[];
  /** Bar starts, half-open, UTC ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /** What is not over by then is not missing. */
  readonly asOfMs: number;
  /**
   * Whether bars before the first one known of a symbol are missing. A symbol that was listed lately has none, so whoever
   * asks every day leaves them out, and with them symbols of which no bar is known in the window or the period before it.
   */
  readonly beforeFirstBar: boolean;
}

/** What a symbol misses. */
export interface Gaps {
  readonly symbol: string;
  /** Of missing bars without a present one between them; ascending, half-open. */
  readonly windows: readonly Window[];
  readonly missingBars: number;
}

/**
 * Symbols that miss bars. Reads the objects of the window, one at a time; a provisional bar is missing once its interval is
 * over. Symbols whose calendar is not known miss nothing.
 */
export async function findGaps(context: PipelineContext, query: GapQuery): Promise<Gaps[]> {
  const shardCount = context.settings.shardCounts[query.assetClass];
  const gaps: Gaps[] = [];
  for (const [shard, symbols] of byShard(query.symbols, shardCount)) {
    for (const row of await ledgersOf(context, { ...query, symbols }, shard)) {
      if (row.missingBars > 0) gaps.push(row);
    }
  }
  return gaps;
}

async function ledgersOf(context: PipelineContext, query: GapQuery, shard: number): Promise<Ledger[]> {
  const ledgers = query.symbols.flatMap((symbol) => {
    const calendar = calendarFor(query.assetClass, symbol);
    return calendar === null ? [] : [new Ledger(symbol, calendar, query)];
  });
  for (const period of periodsOf(query)) {
    const bars = await finalBars(context, query, period, shard);
    if (ledgers.some(({ isKnown }) => !isKnown) && period === periodOf(query.interval, query.fromMs)) {
      await lookBack(context, query, shard, ledgers, bars);
    }
    const range = periodRange(period);
    const window = {
      fromMs: Math.max(query.fromMs, range.fromMs),
      toMs: Math.min(query.toMs, range.toMs),
    };
    const expected = new Map<MarketCalendar, readonly number[]>();
    for (const ledger of ledgers) {
      const { calendar } = ledger;
      const starts = expected.get(calendar) ?? [
        ...expectedStarts(calendar, intervalMs[query.interval], window, query.asOfMs),
      ];
      expected.set(calendar, starts);
      ledger.enter(starts, bars.get(ledger.symbol) ?? []);
    }
  }
  return ledgers;
}

/** Finds out who was known before the window: from its first object, else from the one before that. */
async function lookBack(
  context: PipelineContext,
  query: GapQuery,
  shard: number,
  ledgers: readonly Ledger[],
  bars: FinalBars,
): Promise<void> {
  for (const ledger of ledgers) {
    ledger.isKnown ||= (bars.get(ledger.symbol)?.[0] ?? Infinity) < query.fromMs;
  }
  if (ledgers.every(({ isKnown }) => isKnown)) return;
  const before = periodOf(query.interval, periodRange(periodOf(query.interval, query.fromMs)).fromMs - 1);
  const earlier = await finalBars(context, query, before, shard);
  for (const ledger of ledgers) ledger.isKnown ||= earlier.has(ledger.symbol);
}

/** The account of one symbol, entered period by period. */
class Ledger implements Gaps {
  readonly symbol: string;
  readonly calendar: MarketCalendar;
  readonly windows: { fromMs: number; toMs: number }[] = [];
  missingBars = 0;
  /** Whether it had bars before what is entered next, so that one that is not there is missing. */
  isKnown: boolean;
  readonly #lengthMs: number;
  #isOpen = false;

  constructor(symbol: string, calendar: MarketCalendar, { interval, beforeFirstBar }: GapQuery) {
    this.symbol = symbol;
    this.calendar = calendar;
    this.isKnown = beforeFirstBar;
    this.#lengthMs = intervalMs[interval];
  }

  /** @param present ascending, as `expected` */
  enter(expected: readonly number[], present: ArrayLike<number>): void {
    let row = 0;
    for (const startMs of expected) {
      for (; row < present.length && present[row]! < startMs; row++) this.isKnown = true;
      if (row < present.length && present[row] === startMs) {
        this.isKnown = true;
        this.#isOpen = false;
      } else if (this.isKnown) {
        this.#miss(startMs);
      }
    }
    if (row < present.length) this.isKnown = true;
  }

  #miss(startMs: number): void {
    const endMs = startMs + this.#lengthMs;
    if (this.#isOpen) this.windows.at(-1)!.toMs = endMs;
    else this.windows.push({ fromMs: startMs, toMs: endMs });
    this.#isOpen = true;
    this.missingBars++;
  }
}

/** Starts of final bars by symbol, ascending. */
type FinalBars = ReadonlyMap<string, readonly number[]>;

async function finalBars(
  { stores }: PipelineContext,
  series: Series,
  period: Period,
  shard: number,
): Promise<FinalBars> {
  const key = barsKey(series, period, shard);
  const object = await stores.curated.get(key);
  if (object === null) return new Map();
  const columns = ["symbol", "ts", "is_final"] as const;
  const bars = await decodeParquet(barsTableOf(series.interval), key, object.bytes, { columns });
  const { symbol, ts, is_final: isFinal } = bars.columns;
  const starts = symbol.values.map((): number[] => []);
  for (let row = 0; row < bars.rowCount; row++) {
    if (isFinal[row] === 1) starts[symbol.codes[row]!]!.push(ts[row]!);
  }
  return new Map(symbol.values.map((name, code) => [name, starts[code]!]));
}

function periodsOf({ interval, fromMs, toMs }: GapQuery): Period[] {
  const periods: Period[] = [];
  for (let ms = fromMs; ms < toMs; ms = periodRange(periods.at(-1)!).toMs)
    periods.push(periodOf(interval, ms));
  return periods;
}
