import { intervalMs } from "../market.ts";
import type { BarQuery } from "./provider.ts";

/** The query in pieces with so many symbols that no piece can have more than `rowsMax` bars, but at least one. */
export function chunkBySymbol(query: BarQuery, rowsMax: number): BarQuery[] {
  const barsPerSymbol = Math.max(1, Math.ceil((query.toMs - query.fromMs) / intervalMs[query.interval]));
  const symbolsPerChunk = Math.max(1, Math.floor(rowsMax / barsPerSymbol));
  const chunks: BarQuery[] = [];
  for (let first = 0; first < query.symbols.length; first += symbolsPerChunk) {
    chunks.push({ ...query, symbols: query.symbols.slice(first, first + symbolsPerChunk) });
  }
  return chunks;
}
