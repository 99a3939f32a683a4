/** What a run has to ask for the symbols of one shard: what is new, a window, or what the lake misses of one. */
import { intervalMs } from "../market.ts";
import type { ExtractRequest } from "../messages/index.ts";
import type { BarQuery, Provider } from "../providers/provider.ts";
import type { Window } from "../providers/vendor/bar-rows.ts";
import { askedFirst, pieces } from "../providers/resilience/index.ts";
import { extractionSettings } from "../settings.ts";
import type { PipelineContext } from "./context.ts";
import { boundsOf, callsFor, cutInTime, joinWhereCheaper } from "./cuts.ts";
import { findGaps, type Gaps } from "./gaps.ts";
import { readWatermarks, type Watermarks } from "./watermarks.ts";

/** By provider. */
export type KnownMarks = ReadonlyMap<string, Watermarks>;

/** What triggers runs for histories that a provider has rewritten. */
export const refetchTrigger = "refetch";

export interface ShardWork {
  /** Those of the shard for which it is. */
  readonly symbols: readonly string[];
  /** In the order in which they are asked for, each in as few calls as its provider allows. */
  readonly pieces: readonly BarQuery[];
  /** How far providers had brought the symbols before; empty where it is no matter. */
  readonly known: KnownMarks;
  /** Empty, too, where nobody looked for gaps. */
  readonly gaps: readonly Gaps[];
}

export interface WorkContext {
  readonly pipeline: PipelineContext;
  /** Not empty. */
  readonly chain: readonly Provider[];
  /** Whether splits and dividends are asked for, where it matters. */
  readonly wantsActions: boolean;
}

/** The window of a request that has one; null where it asks for what is new. */
export function windowOf({ window, lastDays, scheduledTime }: ExtractRequest): Window | null {
  if (window !== undefined) return window;
  if (lastDays === undefined) return null;
  const toMs = Date.parse(scheduledTime);
  return { fromMs: toMs - lastDays * intervalMs["1d"], toMs };
}

/** Whether what is new is asked for, which follows from the marks and raises them. */
export const asksForNew = (request: ExtractRequest): boolean =>
  windowOf(request) === null && request.only === undefined;

/** Whether a schedule asks for what is new, which there is while the market is open. */
export const isTick = (request: ExtractRequest): boolean =>
  request.trigger === "schedule" && asksForNew(request);

/** Whether somebody asked, be it by a command, and not the pipeline by itself. */
export const isAwaited = ({ trigger }: ExtractRequest): boolean =>
  trigger !== "schedule" && trigger !== refetchTrigger;

/** @param symbols all of `shard` */
export async function workOfShard(
  context: WorkContext,
  request: ExtractRequest,
  shard: number,
  symbols: readonly string[],
): Promise<ShardWork> {
  const { pipeline, chain } = context;
  const { assetClass, interval, only } = request;
  const asOfMs = Date.parse(request.scheduledTime);
  const series = { assetClass, interval };
  const window = windowOf(request) ?? (only === undefined ? null : reachOf(context, asOfMs));
  if (only !== undefined) {
    const beforeFirstBar = request.window !== undefined;
    const gaps = await findGaps(pipeline, { ...series, symbols, ...window!, asOfMs, beforeFirstBar });
    const queries = gapQueries(chain[0]!, { ...series, symbols, ...window!, asOfMs }, gaps);
    return { symbols, pieces: queries.flatMap((query) => inTime(context, query)), known: new Map(), gaps };
  }
  const known = await knownMarks(context, request, shard);
  if (window !== null) {
    const ends = Map.groupBy(symbols, (symbol) => Math.min(window.toMs, staleEndMs(request, known, symbol)));
    const wanted = [...ends].filter(([toMs]) => toMs > window.fromMs);
    const cuts = wanted.flatMap(([toMs, names]) =>
      inTime(context, { ...series, symbols: names, fromMs: window.fromMs, toMs, asOfMs }),
    );
    // They come whole, so once is enough.
    const isNewest = ({ toMs }: BarQuery) => toMs === window.toMs && context.wantsActions;
    return {
      symbols: wanted.flatMap(([, names]) => names),
      pieces: cuts.map((cut) => (isNewest(cut) ? { ...cut, actions: true } : cut)),
      known,
      gaps: [],
    };
  }
  // Symbols that have come equally far are asked for together, each for all that is new: a mark that rose above a part
  // that nobody answered would hide it.
  const isNew = (symbol: string) => [...known.values()].every((marks) => !marks.has(symbol));
  const groups = Map.groupBy(symbols, (symbol) => newSinceMs(context, request, known, symbol));
  // Of a tick that comes late, newer ones may have brought all.
  const behind = [...groups].filter(([fromMs]) => fromMs < asOfMs);
  const queries = behind.flatMap(([fromMs, names]) => {
    const query = { ...series, fromMs, toMs: asOfMs, asOfMs };
    // Whoever is new is asked for splits and dividends; later ones are found by refreshes, or as history is rewritten.
    return [
      { ...query, symbols: names.filter((symbol) => !isNew(symbol)) },
      { ...query, symbols: names.filter(isNew), actions: context.wantsActions },
    ].filter(({ symbols: some }) => some.length > 0);
  });
  return { symbols, pieces: queries.flatMap((query) => pieces(chain[0]!, query)), known, gaps: [] };
}

/**
 * Up to where a rewritten history is still to be asked for. While one run for it waits for its turn every tick requests
 * another, and what the first one has brought is not asked for again by the others.
 */
function staleEndMs({ trigger }: ExtractRequest, known: KnownMarks, symbol: string): number {
  if (trigger !== refetchTrigger) return Infinity;
  return Math.max(...[...known.values()].map((marks) => marks.get(symbol)?.staleToMs ?? -Infinity));
}

/** Pieces of one call of the first provider, so that what a run leaves is no more than what was not answered. */
function inTime({ pipeline, chain }: WorkContext, query: BarQuery): BarQuery[] {
  return cutInTime(boundsOf(chain, pipeline.settings, 1), query).flatMap((cut) =>
    pieces(askedFirst(chain, cut), cut),
  );
}

/** Symbols that miss the same bars are asked for together. */
export function gapQueries(provider: Provider, query: BarQuery, gaps: readonly Gaps[]): BarQuery[] {
  const patterns = Map.groupBy(gaps, ({ windows }) =>
    windows.map(({ fromMs, toMs }) => `${fromMs}-${toMs}`).join(),
  );
  const symbolsOfWindow = new Map<string, { window: Window; symbols: string[] }>();
  for (const group of patterns.values()) {
    const symbols = group.map(({ symbol }) => symbol);
    const callsOf = (window: Window) =>
      callsFor(provider, { ...query, ...window, symbols: symbols.slice(0, 1) });
    for (const window of joinWhereCheaper(callsOf, group[0]!.windows)) {
      const key = `${window.fromMs}-${window.toMs}`;
      const known = symbolsOfWindow.get(key);
      if (known === undefined) symbolsOfWindow.set(key, { window, symbols: [...symbols] });
      else known.symbols.push(...symbols);
    }
  }
  return [...symbolsOfWindow.values()].map(({ window, symbols }) => ({ ...query, ...window, symbols }));
}

async function knownMarks(
  { pipeline, chain }: WorkContext,
  { assetClass, interval }: ExtractRequest,
  shard: number,
): Promise<KnownMarks> {
  const marks = await Promise.all(
    chain.map(({ id }) => readWatermarks(pipeline, { provider: id, assetClass, interval, shard })),
  );
  return new Map(chain.map(({ id }, i) => [id, marks[i]!]));
}

/** From the newest bar that any provider of the chain has brought, less the overlap, and not from before all reach. */
function newSinceMs(
  context: WorkContext,
  { interval, scheduledTime }: ExtractRequest,
  known: KnownMarks,
  symbol: string,
): number {
  const newest = Math.max(...[...known.values()].map((marks) => marks.get(symbol)?.barMs ?? -Infinity));
  const overlapMs = extractionSettings(context.pipeline.settings).overlapBars * intervalMs[interval];
  return Math.max(newest - overlapMs, reachOf(context, Date.parse(scheduledTime)).fromMs);
}

function reachOf({ pipeline }: WorkContext, toMs: number): Window {
  return { fromMs: toMs - extractionSettings(pipeline.settings).reachDays * intervalMs["1d"], toMs };
}
