/** What is to be asked of one provider for one series: calls, bars and bytes. */
import type { Series } from "../lake/keys.ts";
import type { BarQuery, Provider } from "../providers/provider.ts";
import { pieces } from "../providers/resilience/index.ts";
import { expectedAnswer } from "./answers.ts";

/** Of a larger universe so many symbols are counted, and taken for the others: they differ in their calendars only. */
const symbolsCountedMax = 1_000;

/** A series and the symbols of it that are wanted. */
export interface Wish extends Series {
  readonly symbols: readonly string[];
}

export interface SeriesWork extends Series {
  readonly symbols: number;
  readonly shards: number;
  readonly calls: number;
  /** What the vendor charges for the calls, in its own unit. */
  readonly credits: number;
  /** That the lake will have received. */
  readonly bars: number;
  readonly bytes: number;
}

/** How the work is cut into queries, as the pipeline does it. */
export type Cut = (symbols: readonly string[]) => Iterable<BarQuery>;

/** The requests that are made for a wish, counted. */
export function workFor(
  provider: Provider,
  { assetClass, interval, symbols }: Wish,
  shardCount: number,
  cut: Cut,
): SeriesWork {
  const sample = evenSample(symbols, symbolsCountedMax);
  const work = { calls: 0, credits: 0, bars: 0, bytes: 0 };
  for (const query of cut(sample)) {
    for (const piece of pieces(provider, query)) {
      for (const request of provider.transformQuery(piece)) {
        const { credits, bars, bytes } = expectedAnswer(provider.id, request, piece);
        work.calls++;
        work.credits += credits;
        work.bars += bars;
        work.bytes += bytes;
      }
    }
  }
  const scale = sample.length === 0 ? 0 : symbols.length / sample.length;
  return {
    assetClass,
    interval,
    symbols: symbols.length,
    shards: Math.min(shardCount, symbols.length),
    calls: Math.round(work.calls * scale),
    credits: Math.round(work.credits * scale),
    bars: Math.round(work.bars * scale),
    bytes: Math.round(work.bytes * scale),
  };
}

function evenSample<T>(values: readonly T[], countMax: number): readonly T[] {
  if (values.length <= countMax) return values;
  return Array.from({ length: countMax }, (_, i) => values[Math.floor((i * values.length) / countMax)]!);
}
