/** Symbol and time of a row, read from its bytes; each distinct text is parsed once. */
import { ByteDictionary } from "../../bars/csv/byte-dictionary.ts";
import { parseTime } from "../../bars/csv/cells.ts";
import type { Layout } from "../../bars/csv/header.ts";
import { comma, doubleQuote, splitRecord } from "../../bars/csv/record.ts";
import { nullCode } from "../../columnar/batch.ts";
import type { Interval } from "../../market.ts";

export const noSymbol = nullCode;

export interface RowKey {
  /** Index in `symbols`, or `noSymbol`. */
  readonly symbol: number;
  /** NaN where the time cannot be read. */
  readonly tsMs: number;
}

export interface RowKeyReader {
  /** Grows while rows are read. */
  readonly symbols: readonly string[];
  at(startByte: number, endByte: number): RowKey;
}

export function createRowKeyReader(text: Uint8Array, layout: Layout, interval: Interval): RowKeyReader {
  const symbolCell = layout.indexOf("symbol");
  const timeCell = layout.indexOf("ts");
  const symbols = new ByteDictionary();
  const times = new ByteDictionary();
  const msOfTime: number[] = [];
  const encoder = new TextEncoder();
  let nextQuote = text.indexOf(doubleQuote);

  const keyOf = (symbol: Uint8Array, time: Uint8Array): RowKey => {
    const timeCode = codeOf(times, time);
    if (timeCode !== nullCode && timeCode === msOfTime.length) {
      const cell = parseTime(times.texts[timeCode]!, interval);
      msOfTime.push(cell.problem === null ? cell.value : Number.NaN);
    }
    return {
      symbol: codeOf(symbols, symbol),
      tsMs: timeCode === nullCode ? Number.NaN : msOfTime[timeCode]!,
    };
  };

  return {
    symbols: symbols.texts,
    at(startByte, endByte) {
      if (nextQuote >= 0 && nextQuote < startByte) nextQuote = text.indexOf(doubleQuote, startByte);
      if (nextQuote < 0 || nextQuote >= endByte) {
        return keyOf(
          plainCell(text, startByte, endByte, symbolCell),
          plainCell(text, startByte, endByte, timeCell),
        );
      }
      const { cells } = splitRecord(new TextDecoder().decode(text.subarray(startByte, endByte)).trimEnd());
      const bytesOf = (cell: number) => encoder.encode(cells[cell] ?? "");
      return keyOf(bytesOf(symbolCell), bytesOf(timeCell));
    },
  };
}

/** `nullCode` for an empty cell and for one that is not UTF-8. */
function codeOf(dictionary: ByteDictionary, cell: Uint8Array): number {
  try {
    return dictionary.codeOf(cell, 0, cell.length);
  } catch {
    return nullCode;
  }
}

const space = 0x20;

/** A cell of a record without quotes, without the blanks and line end around it; empty where there is no such cell. */
function plainCell(text: Uint8Array, startByte: number, endByte: number, cell: number): Uint8Array {
  let from = startByte;
  for (let skipped = 0; skipped < cell; skipped++) {
    const at = text.indexOf(comma, from);
    if (at < 0 || at >= endByte) return text.subarray(0, 0);
    from = at + 1;
  }
  let to = from;
  while (to < endByte && text[to] !== comma) to++;
  while (from < to && text[from]! <= space) from++;
  while (to > from && text[to - 1]! <= space) to--;
  return text.subarray(from, to);
}
