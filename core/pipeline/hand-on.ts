/** Requests that a run makes of others: for what it leaves, and for histories that a provider has rewritten. */
import { barsPrefix, parseShardObjectKey, type Series } from "../lake/keys.ts";
import { periodRange } from "../market.ts";
import { requestSymbolsMax, type ExtractRequest } from "../messages/index.ts";
import type { Window } from "../providers/vendor/bar-rows.ts";
import type { PipelineContext } from "./context.ts";
import { planRuns } from "./extract-plan.ts";
import { asksForNew } from "./extract-work.ts";
import { joined, symbolsOf, type Stretch } from "./stretches.ts";

export interface Rest {
  /** Of what was begun. */
  readonly stretches: readonly Stretch[];
  /** Symbols that nobody has looked at. */
  readonly notBegun: readonly string[];
}

/** In as few requests as carry it: each goes on run by run, and who waits in the lane waits for one run of each. */
export function requestsForRest(
  request: ExtractRequest,
  { stretches, notBegun }: Rest,
  shardCount: number,
): ExtractRequest[] {
  const size = { shardCount, symbolsMax: requestSymbolsMax };
  // What is new follows from marks, however much of it was there to be asked for.
  if (asksForNew(request)) {
    return planRuns(request, [...symbolsOf(stretches), ...notBegun], size);
  }
  const windows = joined(stretches).flatMap(({ symbols, fromMs, toMs }) =>
    planRuns(forWindow(request, { fromMs, toMs }), symbols, size),
  );
  return [...windows, ...planRuns(request, notBegun, size)];
}

/** For a stretch of history of symbols, whatever the request itself asks for. */
export function requestsForHistory(
  request: ExtractRequest,
  symbols: readonly string[],
  window: Window,
): ExtractRequest[] {
  if (symbols.length === 0 || window.fromMs >= window.toMs) return [];
  return [{ ...forWindow(request, window), symbols: [...symbols] }];
}

/** Start of the first period of which the lake has bars of the series; null where it has none. */
export async function historyStartMs(
  { stores }: Pick<PipelineContext, "stores">,
  series: Series,
): Promise<number | null> {
  for await (const { key } of stores.curated.list(barsPrefix(series))) {
    const object = parseShardObjectKey(key);
    if (object !== null) return periodRange(object.period).fromMs;
  }
  return null;
}

function forWindow(request: ExtractRequest, window: Window): ExtractRequest {
  const { lastDays: _lastDays, only: _only, ...asked } = request;
  return { ...asked, window };
}
