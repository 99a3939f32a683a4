/** How a large universe is cut into runs that a function has time for. */
import { shardOf } from "../lake/sharding.ts";
import type { ExtractRequest } from "../messages/index.ts";

export interface ChunkSize {
  readonly shardCount: number;
  readonly symbolsMax: number;
}

/** Requests for `symbols` of at most `symbolsMax` each. */
export const planRuns = (
  request: ExtractRequest,
  symbols: readonly string[],
  size: ChunkSize,
): ExtractRequest[] => chunksOf(symbols, size).map((chunk) => ({ ...request, symbols: chunk }));

/**
 * Symbols in chunks. Those of a shard stand together, so that each of its objects is rewritten in as few runs as can be.
 */
export function chunksOf(symbols: readonly string[], { shardCount, symbolsMax }: ChunkSize): string[][] {
  const inOrder = [...byShard(symbols, shardCount).values()].flat();
  const chunks: string[][] = [];
  for (let from = 0; from < inOrder.length; from += symbolsMax) {
    chunks.push(inOrder.slice(from, from + symbolsMax));
  }
  return chunks;
}

/** Symbols by shard, in the order in which shards and symbols come; each symbol once. */
export const byShard = (symbols: readonly string[], shardCount: number): Map<number, string[]> =>
  Map.groupBy(new Set(symbols), (symbol) => shardOf(symbol, shardCount));
