/**
 * The upsert merge. Per key (symbol, ts) the row with the greatest (is_final, ingested_at, provider priority,
 * source_key) stays. This maximum over a total order makes the merge commutative, associative and idempotent, so
 * retries, duplicates and any order of arrival converge to the same rows.
 */
import { concatBatches, takeRows } from "../columnar/batch.ts";
import { receivedBars } from "../tables/index.ts";
import type { Bars } from "./bars.ts";
import { dictionaryRanks, symbolTimeOrder } from "./order.ts";

/** Merges validated bars into one batch, sorted by (symbol, ts) with unique keys. `providerPriority`: best first. */
export function mergeBars(parts: readonly Bars[], providerPriority: readonly string[]): Bars {
  const all = concatBatches(receivedBars, parts);
  const order = symbolTimeOrder(all.columns.symbol, all.columns.ts);
  const isBetter = precedence(all, providerPriority);
  const kept = keepBest(all, order, isBetter);
  if (order === null && kept.length === all.rowCount) return all;
  return takeRows(receivedBars, all, kept);
}

function keepBest(
  bars: Bars,
  order: Uint32Array | null,
  isBetter: (a: number, b: number) => boolean,
): Uint32Array {
  const { symbol, ts } = bars.columns;
  const kept = new Uint32Array(bars.rowCount);
  let count = 0;
  for (let i = 0; i < bars.rowCount; i++) {
    const row = order === null ? i : order[i]!;
    const last = count === 0 ? -1 : kept[count - 1]!;
    const sameKey = last >= 0 && symbol.codes[last] === symbol.codes[row] && ts[last] === ts[row];
    if (!sameKey) kept[count++] = row;
    else if (isBetter(row, last)) kept[count - 1] = row;
  }
  return kept.subarray(0, count);
}

/** Whether row a takes precedence over row b of the same key. */
function precedence(bars: Bars, providerPriority: readonly string[]): (a: number, b: number) => boolean {
  const { is_final: isFinal, ingested_at: ingestedAt, provider, source_key: sourceKey } = bars.columns;
  const trust = provider.values.map((id) => {
    const place = providerPriority.indexOf(id);
    return place < 0 ? providerPriority.length : place;
  });
  const sourceRanks = dictionaryRanks(sourceKey.values);
  return (a, b) => {
    if (isFinal[a] !== isFinal[b]) return isFinal[a]! > isFinal[b]!;
    if (ingestedAt[a] !== ingestedAt[b]) return ingestedAt[a]! > ingestedAt[b]!;
    const trustA = trust[provider.codes[a]!]!;
    const trustB = trust[provider.codes[b]!]!;
    if (trustA !== trustB) return trustA < trustB;
    return sourceRanks[sourceKey.codes[a]!]! > sourceRanks[sourceKey.codes[b]!]!;
  };
}
