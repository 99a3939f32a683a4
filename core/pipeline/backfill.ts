/** Long stretches of history, in chunks of symbols. What is done is kept, so that a backfill cut off goes on where it was. */
import { TransientError, UnreadableObjectError } from "../errors.ts";
import { contentHash } from "../lake/content-hash.ts";
import { backfillKey, type Series } from "../lake/keys.ts";
import type { ExtractRequest } from "../messages/index.ts";
import { BreakerOpenError, BudgetExhaustedError } from "../providers/errors.ts";
import * as z from "../zod.ts";
import { extract, type ExtractContext } from "./extract.ts";
import { planRuns } from "./extract-plan.ts";
import { providersFor, universeOf } from "./provider-chain.ts";
import { rewriteObject } from "./rewrite.ts";

/** Half-open, UTC ms of bar starts. */
export interface BackfillRequest extends Series {
  readonly fromMs: number;
  readonly toMs: number;
  /** Who alone is asked; by default the settings' chain. */
  readonly provider?: string;
  /** Defaults to the universe. */
  readonly symbols?: readonly string[];
}

export interface BackfillProgress {
  /** Symbols. Those that no provider knows count as done. */
  readonly done: number;
  readonly total: number;
  /** Received by this call of `backfill`. */
  readonly rows: number;
  /** Until the end at the pace so far; null before the first chunk is done. */
  readonly remainingMs: number | null;
}

export interface BackfillResult extends BackfillProgress {
  readonly id: string;
  /** Symbols that are left, as providers may not be asked now or did not answer: the same request again goes on with them. */
  readonly left: readonly string[];
}

export interface BackfillOptions {
  readonly onProgress?: (progress: BackfillProgress) => void;
  /** Of the clock: no chunk is begun after it. */
  readonly deadlineMs?: number;
  /** Symbols asked for between two notes of what is done. */
  readonly chunkSymbols?: number;
}

const chunkSymbolsDefault = 50;

const stateSchema = z.strictObject({
  version: z.literal(1),
  /** Business time of all runs of the backfill, so that a repeated one meets its own objects. */
  scheduledMs: z.int(),
  total: z.int().check(z.minimum(0)),
  left: z.array(z.string()),
});
type BackfillState = z.infer<typeof stateSchema>;

/**
 * Fills the range for all symbols, or goes on with an earlier call of the same request. Every chunk is a run of extract, so
 * budgets, breakers and fallbacks hold; a backfill that has used up a budget returns with what is left.
 *
 * @throws TerminalError where nobody can be asked for the series, or a body cannot be read.
 */
export async function backfill(
  context: ExtractContext,
  request: BackfillRequest,
  { onProgress, deadlineMs = Infinity, chunkSymbols = chunkSymbolsDefault }: BackfillOptions = {},
): Promise<BackfillResult> {
  const { fromMs, toMs, symbols, ...asked } = request;
  const startedMs = context.clock.nowMs();
  const base: ExtractRequest = {
    version: 1,
    kind: "extract",
    ...asked,
    scheduledTime: new Date(startedMs).toISOString(),
    trigger: "backfill",
    window: { fromMs, toMs },
  };
  const universe = symbols ?? (await universeOf(providersFor(context, base), base));
  const id = contentHash(JSON.stringify([asked, fromMs, toMs, universe]));
  let state = await openState(context, id, {
    version: 1,
    scheduledMs: startedMs,
    total: universe.length,
    left: [...universe],
  });
  const scheduledTime = new Date(state.scheduledMs).toISOString();
  const leftAtStart = state.left.length;
  const chunks = planRuns({ ...base, scheduledTime }, state.left, {
    shardCount: context.settings.shardCounts[request.assetClass],
    symbolsMax: chunkSymbols,
  });
  let rows = 0;
  const progress = (): BackfillProgress => {
    const filled = leftAtStart - state.left.length;
    const elapsedMs = context.clock.nowMs() - startedMs;
    const remainingMs = filled === 0 ? null : (elapsedMs / filled) * state.left.length;
    return { done: state.total - state.left.length, total: state.total, rows, remainingMs };
  };
  for (const chunk of chunks) {
    if (context.clock.nowMs() >= deadlineMs) break;
    const outcome = await runChunk(context, chunk, deadlineMs);
    rows += outcome.rows;
    state = await closeChunk(context, id, chunk.symbols!, outcome.left);
    onProgress?.(progress());
    if (outcome.mustWait) break;
  }
  return { ...progress(), id, left: state.left };
}

interface ChunkOutcome {
  readonly rows: number;
  readonly left: readonly string[];
  /** Nobody may be asked for the rest now, so it would be no better with the next chunk. */
  readonly mustWait: boolean;
}

async function runChunk(
  context: ExtractContext,
  chunk: ExtractRequest,
  deadlineMs: number,
): Promise<ChunkOutcome> {
  const handedOn: string[] = [];
  // What the run hands on stays with the backfill, which keeps account of it.
  const requests: ExtractContext["requests"] = {
    send: async (messages) => {
      for (const { body } of messages) handedOn.push(...((JSON.parse(body) as ExtractRequest).symbols ?? []));
    },
  };
  try {
    const { rowsIn, unanswered } = await extract({ ...context, requests }, chunk, deadlineMs);
    return { rows: rowsIn, left: [...handedOn, ...unanswered], mustWait: unanswered.length > 0 };
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    const mustWait = error instanceof BudgetExhaustedError || error instanceof BreakerOpenError;
    return { rows: 0, left: chunk.symbols!, mustWait };
  }
}

async function openState(context: ExtractContext, id: string, fresh: BackfillState): Promise<BackfillState> {
  const key = backfillKey(id);
  const { bytes } = await rewriteObject(context, context.stores.curated, key, (current) =>
    Promise.resolve(current === null ? encode(fresh) : current.bytes),
  );
  return decode(key, bytes!);
}

/** Takes off what the chunk has done. Two backfills of one request at once do things twice, and nothing wrong. */
async function closeChunk(
  context: ExtractContext,
  id: string,
  asked: readonly string[],
  left: readonly string[],
): Promise<BackfillState> {
  const key = backfillKey(id);
  const stays = new Set(left);
  const done = new Set(asked.filter((symbol) => !stays.has(symbol)));
  const { bytes } = await rewriteObject(context, context.stores.curated, key, (current) => {
    const state = decode(key, current!.bytes);
    return Promise.resolve(encode({ ...state, left: state.left.filter((symbol) => !done.has(symbol)) }));
  });
  return decode(key, bytes!);
}

const encode = (state: BackfillState): Uint8Array => new TextEncoder().encode(JSON.stringify(state));

function decode(key: string, bytes: Uint8Array): BackfillState {
  try {
    return stateSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (error) {
    throw new UnreadableObjectError(key, "expected the state of a backfill; delete it to begin again", {
      cause: error,
    });
  }
}
