/**
 * Histories that a provider has rewritten, as after a split: what the lake has of them is on another basis than what is new.
 * How far they are to be asked for again stands beside the marks, until it has been done, however many days' budgets it takes.
 */
import { intervalMs } from "../market.ts";
import type { ExtractRequest } from "../messages/index.ts";
import { extractionSettings } from "../settings.ts";
import type { PipelineContext } from "./context.ts";
import { byShard } from "./extract-plan.ts";
import { refetchTrigger, windowOf, type KnownMarks } from "./extract-work.ts";
import { historyStartMs, requestsForHistory } from "./hand-on.ts";
import type { Stretch } from "./stretches.ts";
import { freshenWatermarks } from "./watermarks.ts";

export class StaleHistory {
  /** By provider and symbol: its bars before this, UTC ms. */
  readonly endsMs = new Map<string, Map<string, number>>();

  add(provider: string, symbol: string, endMs: number): void {
    const ends = this.endsMs.get(provider) ?? new Map<string, number>();
    ends.set(symbol, Math.max(endMs, ends.get(symbol) ?? -Infinity));
    this.endsMs.set(provider, ends);
  }

  /** What earlier runs have found, and no run has finished. */
  addKnown(known: KnownMarks, symbols: readonly string[]): void {
    for (const [provider, marks] of known) {
      for (const symbol of symbols) {
        const endMs = marks.get(symbol)?.staleToMs;
        if (endMs !== undefined) this.add(provider, symbol, endMs);
      }
    }
  }

  /** Requests for all of it, which ask for what is left of it when their turn comes. */
  async requests(context: PipelineContext, request: ExtractRequest): Promise<ExtractRequest[]> {
    if (this.endsMs.size === 0) return [];
    const fromMs = await startOf(context, request);
    return [...this.endsMs].flatMap(([provider, ends]) =>
      [...Map.groupBy(ends.keys(), (symbol) => ends.get(symbol)!)].flatMap(([toMs, symbols]) =>
        requestsForHistory({ ...request, provider, trigger: refetchTrigger }, symbols, { fromMs, toMs }),
      ),
    );
  }
}

/**
 * Notes how far a run for such a history has come; newest bars come first.
 * @param symbols for which it has begun to ask: of others it knows nothing
 * @param unfinished of which a later run may bring more
 */
export async function freshen(
  context: PipelineContext,
  request: ExtractRequest,
  symbols: readonly string[],
  unfinished: readonly Stretch[],
): Promise<void> {
  const { assetClass, interval, provider, trigger } = request;
  const window = windowOf(request);
  if (trigger !== refetchTrigger || provider === undefined || window === null) return;
  const startMs = await startOf(context, request);
  const shardCount = context.settings.shardCounts[assetClass];
  for (const [shard, names] of byShard(symbols, shardCount)) {
    const endsMs = names.map((symbol): [string, number | null] => {
      const left = unfinished.filter((stretch) => stretch.symbols.includes(symbol));
      const endMs = Math.max(window.fromMs, ...left.map(({ toMs }) => toMs));
      return [symbol, endMs <= startMs ? null : endMs];
    });
    const of = { provider, assetClass, interval, shard };
    await freshenWatermarks(context, of, new Map(endsMs), window.toMs);
  }
}

/** Of what the lake has; where that is nothing yet, of what a first run asks for. */
async function startOf(context: PipelineContext, request: ExtractRequest): Promise<number> {
  const { reachDays } = extractionSettings(context.settings);
  const reachMs = Date.parse(request.scheduledTime) - reachDays * intervalMs["1d"];
  return (await historyStartMs(context, request)) ?? reachMs;
}
