import { nullCode, type StringColumn } from "../columnar/batch.ts";

/** Rank of every dictionary entry in code-unit order; equal texts have equal ranks. */
export function dictionaryRanks(values: readonly string[]): Uint32Array {
  const order = values
    .map((_, code) => code)
    .sort((a, b) => (values[a]! < values[b]! ? -1 : values[a]! > values[b]! ? 1 : 0));
  const ranks = new Uint32Array(values.length);
  let rank = -1;
  let last: string | undefined;
  for (const code of order) {
    if (values[code] !== last) rank++;
    last = values[code];
    ranks[code] = rank;
  }
  return ranks;
}

/**
 * The order of rows by (symbol, ts), stable, or null where the rows stand so already. Missing symbols and times come
 * last. A natural merge sort: linear for sorted input and for a few sorted runs, which is what stages meet.
 */
export function symbolTimeOrder(symbol: StringColumn, ts: Float64Array): Uint32Array | null {
  const rowCount = ts.length;
  const ranks = dictionaryRanks(symbol.values);
  const rank = new Float64Array(rowCount);
  const time = new Float64Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    const code = symbol.codes[row]!;
    rank[row] = code === nullCode ? Infinity : ranks[code]!;
    time[row] = Number.isNaN(ts[row]!) ? Infinity : ts[row]!;
  }
  const runs = [0];
  for (let row = 1; row < rowCount; row++) {
    const before = rank[row - 1]!;
    const here = rank[row]!;
    if (here < before || (here === before && time[row]! < time[row - 1]!)) runs.push(row);
  }
  if (runs.length === 1) return null;
  return mergeRuns(rank, time, runs);
}

function mergeRuns(rank: Float64Array, time: Float64Array, firstRuns: readonly number[]): Uint32Array {
  const rowCount = rank.length;
  let runs = firstRuns;
  let from = Uint32Array.from({ length: rowCount }, (_, row) => row);
  let to = new Uint32Array(rowCount);
  while (runs.length > 1) {
    const merged: number[] = [];
    for (let r = 0; r < runs.length; r += 2) {
      const start = runs[r]!;
      const middle = runs[r + 1] ?? rowCount;
      const end = runs[r + 2] ?? rowCount;
      merged.push(start);
      mergeTwo(rank, time, from, to, start, middle, end);
    }
    runs = merged;
    [from, to] = [to, from];
  }
  return from;
}

function mergeTwo(
  rank: Float64Array,
  time: Float64Array,
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  middle: number,
  end: number,
): void {
  let left = start;
  let right = middle;
  for (let out = start; out < end; out++) {
    if (left < middle && (right >= end || !isBefore(rank, time, from[right]!, from[left]!)))
      to[out] = from[left++]!;
    else to[out] = from[right++]!;
  }
}

function isBefore(rank: Float64Array, time: Float64Array, a: number, b: number): boolean {
  const rankA = rank[a]!;
  const rankB = rank[b]!;
  return rankA < rankB || (rankA === rankB && time[a]! < time[b]!);
}
