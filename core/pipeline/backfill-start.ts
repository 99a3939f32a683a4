/** How a backfill begins: with all of its range, with the gaps in it, or where an earlier call left off. */
import type { Series } from "../lake/keys.ts";
import { intervalMs } from "../market.ts";
import type { BarQuery, Provider } from "../providers/provider.ts";
import { readState, writeState, type BackfillName, type BackfillState } from "./backfill-state.ts";
import type { PipelineContext } from "./context.ts";
import { gapQueries } from "./extract-work.ts";
import { findGaps } from "./gaps.ts";
import { extentOf, joined, symbolsOf, type Stretch } from "./stretches.ts";

/** Half-open, UTC ms of bar starts. */
export interface BackfillRequest extends Series {
  readonly fromMs: number;
  readonly toMs: number;
  /** Who alone is asked; by default the settings' chain. */
  readonly provider?: string;
  /** Defaults to the universe. */
  readonly symbols?: readonly string[];
  /** Of the range, only what the lake misses by the calendar when the backfill begins. */
  readonly only?: "gaps";
}

/**
 * So long runs keep their business time. A provider that adjusts prices sends them on another basis after a split, so what
 * is asked for days later must not count as received today.
 */
const businessTimeMsMax = intervalMs["1d"];

/** Where an earlier call of the same request left off, or all that is to be done. */
export async function openBackfill(
  context: PipelineContext,
  chain: readonly Provider[],
  name: BackfillName,
  request: BackfillRequest & { readonly symbols: readonly string[] },
): Promise<BackfillState> {
  const nowMs = context.clock.nowMs();
  const known = await readState(context, name);
  const isOver = known !== null && known.left.length === 0 && request.only === "gaps";
  if (known === null || isOver) {
    return writeState(context, name, await freshState(context, chain, request, nowMs));
  }
  if (nowMs - known.scheduledMs < businessTimeMsMax) return known;
  return writeState(context, name, { ...known, scheduledMs: nowMs });
}

async function freshState(
  context: PipelineContext,
  chain: readonly Provider[],
  { assetClass, interval, symbols, fromMs, toMs, only }: BackfillRequest & { symbols: readonly string[] },
  nowMs: number,
): Promise<BackfillState> {
  const query: BarQuery = { assetClass, interval, symbols, fromMs, toMs, asOfMs: nowMs };
  const gaps = only === "gaps" ? await findGaps(context, { ...query, beforeFirstBar: true }) : null;
  const wanted: readonly Stretch[] =
    gaps === null ? [{ symbols, fromMs, toMs }] : gapQueries(chain[0]!, query, gaps);
  const left = joined(wanted).map((stretch) => ({ ...stretch, symbols: [...stretch.symbols] }));
  const bars = gaps?.reduce((sum, { missingBars }) => sum + missingBars, 0) ?? 0;
  return {
    version: 2,
    scheduledMs: nowMs,
    total: symbolsOf(left).length,
    extent: extentOf(left),
    missing: gaps === null ? null : { symbols: gaps.length, bars },
    left,
  };
}
