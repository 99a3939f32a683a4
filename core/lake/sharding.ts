/** FNV-1a, 32 bit (http://www.isthe.com/chongo/tech/comp/fnv/), over UTF-16 code units; stable for ever. */
const fnvOffsetBasis = 0x811c9dc5;
const fnvPrime = 0x01000193;

/** The shard of a symbol, in `[0, shardCount)`. All bars of a symbol live in objects of its shard. */
export function shardOf(symbol: string, shardCount: number): number {
  let hash = fnvOffsetBasis;
  for (let i = 0; i < symbol.length; i++) {
    hash = Math.imul(hash ^ symbol.charCodeAt(i), fnvPrime);
  }
  return (hash >>> 0) % shardCount;
}

/** `shard-03`. Two digits sort well for the usual counts; larger numbers grow a digit. */
export function shardName(shard: number): string {
  return `shard-${String(shard).padStart(2, "0")}`;
}
