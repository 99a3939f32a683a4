/** How a large universe is cut into runs that a function has time for. */
import { shardOf } from "../lake/sharding.ts";
import type { ExtractRequest } from "../messages/index.ts";

/**
 * Requests for `symbols` of at most `symbolsMax` each. Symbols of a shard stand together, so that each of its objects is
 * rewritten in as few runs as can be.
 */
export function planRuns(
  request: ExtractRequest,
  symbols: readonly string[],
  { shardCount, symbolsMax }: { readonly shardCount: number; readonly symbolsMax: number },
): ExtractRequest[] {
  const inOrder = [...byShard(symbols, shardCount).values()].flat();
  const runs: ExtractRequest[] = [];
  for (let from = 0; from < inOrder.length; from += symbolsMax) {
    runs.push({ ...request, symbols: inOrder.slice(from, from + symbolsMax) });
  }
  return runs;
}

/** Symbols by shard, shards in ascending order; each symbol once. */
export function byShard(symbols: readonly string[], shardCount: number): Map<number, string[]> {
  const shards = Map.groupBy(new Set(symbols), (symbol) => shardOf(symbol, shardCount));
  return new Map([...shards].sort(([a], [b]) => a - b));
}
