/** Symbol, time and extent of one row after the other, read from bytes; each distinct text is parsed once. */
import { ByteDictionary } from "../../bars/csv/byte-dictionary.ts";
import { parseTime } from "../../bars/csv/cells.ts";
import type { Layout } from "../../bars/csv/header.ts";
import { comma, doubleQuote, lineFeed, recordEnd, splitRecord } from "../../bars/csv/record.ts";
import { nullCode } from "../../columnar/batch.ts";
import type { Interval } from "../../market.ts";

export const noSymbol = nullCode;
const space = 0x20;

export class RowScanner {
  /** Index in `symbols` of the row scanned last, or `noSymbol`. */
  symbol = noSymbol;
  /** Time of the row scanned last; NaN where it cannot be read. */
  tsMs = Number.NaN;
  readonly #text: Uint8Array;
  readonly #symbolCell: number;
  readonly #timeCell: number;
  readonly #interval: Interval;
  readonly #symbols = new ByteDictionary();
  readonly #times = new ByteDictionary();
  readonly #msOfTime: number[] = [];
  #nextQuote: number;

  /** @param text UTF-8 that ends in a line feed. */
  constructor(text: Uint8Array, layout: Layout, interval: Interval) {
    this.#text = text;
    this.#symbolCell = layout.indexOf("symbol");
    this.#timeCell = layout.indexOf("ts");
    this.#interval = interval;
    this.#nextQuote = nextQuote(text, 0);
  }

  /** Grows while rows are scanned. */
  get symbols(): readonly string[] {
    return this.#symbols.texts;
  }

  /** Scans the row at `start`. Returns where the next one starts. */
  scan(start: number): number {
    if (this.#nextQuote < start) this.#nextQuote = nextQuote(this.#text, start);
    this.symbol = noSymbol;
    this.tsMs = Number.NaN;
    const isPlain =
      this.#nextQuote === Number.POSITIVE_INFINITY || this.#text.indexOf(lineFeed, start) < this.#nextQuote;
    return isPlain ? this.#scanPlain(start) : this.#scanQuoted(start);
  }

  #scanPlain(start: number): number {
    const text = this.#text;
    let cell = 0;
    let cellStart = start;
    for (let at = start; ; at++) {
      const byte = text[at]!;
      if (byte !== comma && byte !== lineFeed) continue;
      if (cell === this.#symbolCell) this.symbol = this.#codeOf(this.#symbols, text, cellStart, at);
      else if (cell === this.#timeCell) this.tsMs = this.#timeOf(text, cellStart, at);
      if (byte === lineFeed) return at + 1;
      cell++;
      cellStart = at + 1;
    }
  }

  #scanQuoted(start: number): number {
    const feed = recordEnd(this.#text, start, this.#text.length);
    // A record that is never closed ends with the text.
    const end = feed < 0 ? this.#text.length : feed + 1;
    const { cells } = splitRecord(new TextDecoder().decode(this.#text.subarray(start, end)).trimEnd());
    const symbol = new TextEncoder().encode(cells[this.#symbolCell] ?? "");
    const time = new TextEncoder().encode(cells[this.#timeCell] ?? "");
    this.symbol = this.#codeOf(this.#symbols, symbol, 0, symbol.length);
    this.tsMs = this.#timeOf(time, 0, time.length);
    return end;
  }

  #timeOf(bytes: Uint8Array, from: number, to: number): number {
    const code = this.#codeOf(this.#times, bytes, from, to);
    if (code === nullCode) return Number.NaN;
    if (code === this.#msOfTime.length) {
      const parsed = parseTime(this.#times.texts[code]!, this.#interval);
      this.#msOfTime.push(parsed.problem === null ? parsed.value : Number.NaN);
    }
    return this.#msOfTime[code]!;
  }

  /** Blanks around a cell do not count. `nullCode` for an empty cell and for one that is not UTF-8. */
  #codeOf(dictionary: ByteDictionary, bytes: Uint8Array, from: number, to: number): number {
    while (from < to && bytes[from]! <= space) from++;
    while (to > from && bytes[to - 1]! <= space) to--;
    try {
      return dictionary.codeOf(bytes, from, to);
    } catch {
      return nullCode;
    }
  }
}

function nextQuote(text: Uint8Array, from: number): number {
  const at = text.indexOf(doubleQuote, from);
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}
