/** Where the rows of each symbol stand in the text of a file. */
import { layoutOf } from "../../bars/csv/header.ts";
import { carriageReturn, lineFeed, recordEnd, splitRecord } from "../../bars/csv/record.ts";
import type { Interval } from "../../market.ts";
import { noSymbol, RowScanner } from "./row-scanner.ts";

/** Rows by symbol, then time; rows of one time keep their order. */
export interface RowIndex {
  /** The header line as it came. */
  readonly header: Uint8Array;
  readonly symbols: readonly string[];
  /** The rows of `symbols[s]` are those from `firstRow[s]` to `firstRow[s + 1]`. */
  readonly firstRow: Uint32Array;
  readonly tsMs: Float64Array;
  /** Where the row's text begins and ends, its line end included. */
  readonly startByte: Float64Array;
  readonly endByte: Float64Array;
}

/**
 * A row whose symbol or time cannot be read is filed under those of its neighbour, so that it is delivered with it.
 * @param text UTF-8 that ends in a line feed.
 * @throws CsvError where the header is not one of bars.
 */
export function indexRows(source: string, text: Uint8Array, interval: Interval): RowIndex {
  const headerEnd = recordEnd(text, 0, text.length) + 1 || text.length;
  const header = text.subarray(0, headerEnd);
  const headerText = new TextDecoder().decode(header).trimEnd();
  const layout = layoutOf(source, 1, headerText, splitRecord(headerText).cells);
  const scanner = new RowScanner(text, layout, interval);

  const rowsMax = countLineFeeds(text);
  const symbolOf = new Uint32Array(rowsMax);
  const tsMs = new Float64Array(rowsMax);
  const startByte = new Float64Array(rowsMax);
  const endByte = new Float64Array(rowsMax);
  let count = 0;
  for (let start = headerEnd; start < text.length;) {
    const end = scanner.scan(start);
    if (!isBlank(text, start)) {
      symbolOf[count] = scanner.symbol === noSymbol && count > 0 ? symbolOf[count - 1]! : scanner.symbol;
      tsMs[count] = Number.isNaN(scanner.tsMs) && count > 0 ? tsMs[count - 1]! : scanner.tsMs;
      startByte[count] = start;
      endByte[count] = end;
      count++;
    }
    start = end;
  }
  fillFromNext(symbolOf, tsMs, count);
  const { order, firstRow } = group(symbolOf.subarray(0, count), tsMs, scanner.symbols.length);
  return {
    header,
    symbols: scanner.symbols,
    firstRow,
    tsMs: taken(tsMs, order),
    startByte: taken(startByte, order),
    endByte: taken(endByte, order),
  };
}

function isBlank(text: Uint8Array, start: number): boolean {
  return text[start] === lineFeed || (text[start] === carriageReturn && text[start + 1] === lineFeed);
}

function countLineFeeds(text: Uint8Array): number {
  let count = 0;
  for (let at = text.indexOf(lineFeed); at >= 0; at = text.indexOf(lineFeed, at + 1)) count++;
  return count;
}

/** Unreadable rows at the very start have no row before them. */
function fillFromNext(symbolOf: Uint32Array, tsMs: Float64Array, count: number): void {
  for (let row = count - 2; row >= 0; row--) {
    if (symbolOf[row] === noSymbol) symbolOf[row] = symbolOf[row + 1]!;
    if (Number.isNaN(tsMs[row])) tsMs[row] = tsMs[row + 1]!;
  }
}

/** Counting sort by symbol, then by time where the file is not sorted so. */
function group(symbolOf: Uint32Array, tsMs: Float64Array, symbolCount: number) {
  const firstRow = new Uint32Array(symbolCount + 1);
  for (const symbol of symbolOf) if (symbol !== noSymbol) firstRow[symbol + 1]!++;
  for (let symbol = 0; symbol < symbolCount; symbol++) firstRow[symbol + 1]! += firstRow[symbol]!;
  const order = new Uint32Array(firstRow[symbolCount]!);
  const next = firstRow.slice();
  for (let row = 0; row < symbolOf.length; row++) {
    const symbol = symbolOf[row]!;
    if (symbol !== noSymbol) order[next[symbol]!++] = row;
  }
  for (let symbol = 0; symbol < symbolCount; symbol++) {
    const rows = order.subarray(firstRow[symbol], firstRow[symbol + 1]);
    if (!isAscending(tsMs, rows)) rows.sort((a, b) => tsMs[a]! - tsMs[b]! || a - b);
  }
  return { order, firstRow };
}

function isAscending(column: Float64Array, rows: Uint32Array): boolean {
  for (let i = 1; i < rows.length; i++) if (column[rows[i - 1]!]! > column[rows[i]!]!) return false;
  return true;
}

function taken(column: Float64Array, rows: Uint32Array): Float64Array {
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = column[rows[i]!]!;
  return values;
}
