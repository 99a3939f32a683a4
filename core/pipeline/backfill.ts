/** Long stretches of history, in units of few calls. What is done is kept, so that a backfill cut off goes on where it was. */
import { TerminalError, TransientError } from "../errors.ts";
import { contentHash } from "../lake/content-hash.ts";
import type { Series } from "../lake/keys.ts";
import type { ExtractRequest } from "../messages/index.ts";
import { UnknownSymbolError } from "../providers/errors.ts";
import type { Provider } from "../providers/provider.ts";
import { extractionSettings } from "../settings.ts";
import { openBackfill, type BackfillRequest } from "./backfill-start.ts";
import { closeUnit, type BackfillName, type BackfillState } from "./backfill-state.ts";
import { unitsOf, unitSymbolsMax, type CutOptions } from "./backfill-units.ts";
import { boundsOf, reachOfAll } from "./cuts.ts";
import { extract, type ExtractContext, type RunAccount, type RunOptions } from "./extract.ts";
import { providersFor, universeOf } from "./provider-chain.ts";
import { extentOf, symbolsOf, type Stretch } from "./stretches.ts";
import { resumptionMs } from "./unfinished.ts";

export type { BackfillRequest };

export interface BackfillProgress {
  /** Symbols of which nothing is left. Those that no provider knows count as done. */
  readonly done: number;
  readonly total: number;
  /** Of symbols and time, in [0, 1]. */
  readonly share: number;
  /** Received by this call of `backfill`. */
  readonly rows: number;
  /** Until the end at the pace so far; null before the first unit is done. */
  readonly remainingMs: number | null;
}

export interface BackfillResult extends BackfillProgress {
  readonly id: string;
  /** Symbols of which something is left, as providers may not be asked now or did not answer: the same request again goes on. */
  readonly left: readonly string[];
  /** When a provider may be asked for them again, UTC ms; null where that is not what is waited for. */
  readonly resumesAtMs: number | null;
  /** Bars of before this, UTC ms, nobody asked has any more; null where somebody has all of the range. */
  readonly reachMs: number | null;
  /** Of a backfill of gaps: what the lake missed when it began. */
  readonly missing: BackfillState["missing"];
}

export interface BackfillOptions {
  readonly onProgress?: (progress: BackfillProgress) => void;
  /** Of the clock: nothing is begun after it, but for a first call. */
  readonly deadlineMs?: number;
  /** Symbols asked for between two notes of what is done. */
  readonly chunkSymbols?: number;
}

/**
 * Fills the range for all symbols, or goes on with an earlier call of the same request. Every unit is a run of extract, so
 * budgets, breakers and fallbacks hold; a backfill that has used up a budget returns with what is left. No unit that is done
 * is asked for again, and one unit's calls fit into any budget, so calls of the same request come to an end. A backfill of
 * gaps that has ended begins anew: it looks what the lake misses then.
 *
 * @throws TerminalError where nobody can be asked for the series, or a body cannot be read; what was done is kept.
 */
export async function backfill(
  context: ExtractContext,
  request: BackfillRequest,
  { onProgress, deadlineMs = Infinity, chunkSymbols = unitSymbolsMax }: BackfillOptions = {},
): Promise<BackfillResult> {
  const startedMs = context.clock.nowMs();
  const chain = providersFor(context, runOf(request, startedMs));
  const symbols = request.symbols ?? (await universeOf(chain, runOf(request, startedMs)));
  const name = nameOf(request, symbols);
  let state = await openBackfill(context, chain, name, { ...request, symbols });
  const leftAtStart = extentOf(state.left);
  let rows = 0;
  const progress = (): BackfillProgress => {
    const left = extentOf(state.left);
    const elapsedMs = context.clock.nowMs() - startedMs;
    return {
      done: state.total - symbolsOf(state.left).length,
      total: state.total,
      share: state.extent === 0 ? 1 : 1 - left / state.extent,
      rows,
      remainingMs: left === leftAtStart ? null : (elapsedMs / (leftAtStart - left)) * left,
    };
  };
  const { assetClass, interval } = request;
  const units = unitsOf(
    state.left,
    { assetClass, interval, asOfMs: state.scheduledMs },
    cutOptions(context, chain, request, chunkSymbols),
  );
  const unknown = new Set<string>();
  let resumesAtMs: number | null = null;
  for (const { symbols: names, ...rest } of units) {
    if (context.clock.nowMs() >= deadlineMs || context.isStopping?.() === true) break;
    const unit = { ...rest, symbols: names.filter((symbol) => !unknown.has(symbol)) };
    if (unit.symbols.length === 0) continue;
    const outcome = await runUnit(context, runOf(request, state.scheduledMs), unit, {
      deadlineMs,
      // They come whole, so not again with every older stretch.
      wantsActions: unit.toMs === request.toMs && request.only === undefined,
    });
    rows += outcome.rows;
    for (const symbol of outcome.unknown) unknown.add(symbol);
    state = await closeUnit(context, name, unit, outcome);
    if (outcome.refusal !== null) throw outcome.refusal;
    onProgress?.(progress());
    resumesAtMs = outcome.resumesAtMs;
    if (resumesAtMs !== null) break;
  }
  return {
    ...progress(),
    id: name.id,
    left: symbolsOf(state.left),
    resumesAtMs,
    reachMs: reachOfAll(chain, { ...request, asOfMs: state.scheduledMs }),
    missing: state.missing,
  };
}

function runOf({ assetClass, interval, provider }: BackfillRequest, scheduledMs: number): ExtractRequest {
  return {
    version: 1,
    kind: "extract",
    assetClass,
    interval,
    ...(provider === undefined ? {} : { provider }),
    scheduledTime: new Date(scheduledMs).toISOString(),
    trigger: "backfill",
  };
}

function nameOf(request: BackfillRequest, universe: readonly string[]): BackfillName {
  const { fromMs, toMs, symbols: _symbols, ...asked } = request;
  return { id: contentHash(JSON.stringify([asked, fromMs, toMs, universe])), fromMs, toMs };
}

function cutOptions(
  { settings }: ExtractContext,
  chain: readonly Provider[],
  { assetClass }: Series,
  chunkSymbols: number,
): CutOptions {
  return {
    bounds: (callsMax) => boundsOf(chain, settings, callsMax),
    shardCount: settings.shardCounts[assetClass],
    symbolsMax: Math.min(chunkSymbols, extractionSettings(settings).symbolsPerRun),
  };
}

interface UnitOutcome extends RunAccount {
  readonly rows: number;
  /** Until then nobody may be asked for the rest, so it would be no better with the next unit; null where somebody may. */
  readonly resumesAtMs: number | null;
  /** What no call at another time helps. */
  readonly refusal: TerminalError | null;
}

async function runUnit(
  context: ExtractContext,
  run: ExtractRequest,
  { symbols, fromMs, toMs }: Stretch,
  options: Pick<RunOptions, "deadlineMs" | "wantsActions">,
): Promise<UnitOutcome> {
  let account: RunAccount = { unfinished: [{ symbols, fromMs, toMs }], unknown: [] };
  const keepAccount = (ofRun: RunAccount) => void (account = ofRun);
  const request = { ...run, symbols: [...symbols], window: { fromMs, toMs } };
  try {
    const { rowsIn, resumesAtMs } = await extract(context, request, { ...options, keepAccount });
    return { ...account, rows: rowsIn, resumesAtMs, refusal: null };
  } catch (error) {
    const failed = { ...account, rows: 0, resumesAtMs: resumptionMs([error]), refusal: null };
    if (error instanceof UnknownSymbolError) return failed;
    if (error instanceof TerminalError) return { ...failed, refusal: error };
    if (error instanceof TransientError) return failed;
    throw error;
  }
}
