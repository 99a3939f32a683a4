/** A file of bars in memory, as it came, with an index: for many small questions to one file. */
import type { BarFile, DatasetReader } from "../dataset.ts";
import { indexRows, type RowIndex } from "./row-index.ts";

export interface IndexedFile {
  readonly symbols: ReadonlySet<string>;
  /**
   * The header and the rows of `symbols` that start within `[fromMs, toMs)` and that `keep` accepts, byte for byte,
   * by symbol as asked for and then by time.
   */
  select(
    symbols: readonly string[],
    fromMs: number,
    toMs: number,
    keep: (symbol: string, tsMs: number) => boolean,
  ): Uint8Array;
}

/** Opens each file once, at the first question to it. */
export function fileCache(reader: DatasetReader): (file: BarFile) => Promise<IndexedFile> {
  const opened = new Map<string, Promise<IndexedFile>>();
  return (file) => {
    let promise = opened.get(file.path);
    if (promise === undefined) {
      promise = openIndexedFile(reader, file);
      opened.set(file.path, promise);
      // A failure may be passing: the next question tries again.
      promise.catch(() => opened.delete(file.path));
    }
    return promise;
  };
}

/** @throws TerminalError where the file cannot be read; CsvError where it has no header of bars. */
async function openIndexedFile(reader: DatasetReader, file: BarFile): Promise<IndexedFile> {
  const text = await readText(reader, file.path);
  const index = indexRows(file.path, text, file.interval);
  const numberOf = new Map(index.symbols.map((symbol, number) => [symbol, number]));
  return {
    symbols: new Set(index.symbols),
    select(symbols, fromMs, toMs, keep) {
      const pieces = [index.header];
      for (const symbol of symbols) {
        const number = numberOf.get(symbol);
        if (number === undefined) continue;
        const end = index.firstRow[number + 1]!;
        for (let row = firstAtOrAfter(index, number, fromMs); row < end && index.tsMs[row]! < toMs; row++) {
          if (keep(symbol, index.tsMs[row]!)) {
            pieces.push(text.subarray(index.startByte[row], index.endByte[row]));
          }
        }
      }
      return joined(pieces);
    },
  };
}

const byteOrderMark = [0xef, 0xbb, 0xbf];
const lineFeed = 0x0a;

/** The whole text, without a byte order mark and with a line feed at its end. */
async function readText(reader: DatasetReader, path: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of reader.open(path)) pieces.push(piece);
  const text = joined(pieces);
  const start = byteOrderMark.every((byte, i) => text[i] === byte) ? byteOrderMark.length : 0;
  if (text.at(-1) === lineFeed) return text.subarray(start);
  return joined([text.subarray(start), Uint8Array.of(lineFeed)]);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}

/** Binary search among the rows of one symbol. */
function firstAtOrAfter({ firstRow, tsMs }: RowIndex, symbol: number, fromMs: number): number {
  let low = firstRow[symbol]!;
  let high = firstRow[symbol + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (tsMs[middle]! < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
