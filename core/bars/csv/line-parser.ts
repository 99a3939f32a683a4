/**
 * The hot path: one line of plain cells from bytes to columns in one pass, no string per cell. Whatever is unusual
 * (quotes, spaces, errors) is left to the careful path, which decides what it means.
 */
import type { Interval } from "../../market.ts";
import { daysOf } from "./cells.ts";
import type { BarColumn, Layout } from "./header.ts";
import { carriageReturn, comma, doubleQuote, lineFeed } from "./record.ts";
import type { RowBuffer } from "./rows.ts";

/** Every integer below 10 ** 15 is a double, and so is every power of ten up to 22: their quotient is exactly rounded. */
const exactDigitsMax = 15;
const exactPowers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

const unusual = -1;
const space = 0x20;
const minus = 0x2d;
const plus = 0x2b;
const dot = 0x2e;
const zero = 0x30;
const colon = 0x3a;
const upperT = 0x54;
const upperZ = 0x5a;
const lowerE = 0x65;
const firstNonAscii = 0x80;

export class LineParser {
  readonly #rows: RowBuffer;
  readonly #layout: Layout;
  readonly #isDaily: boolean;
  /** Where the number of each cell goes; null for other kinds of cells. */
  #targets: (Float64Array | null)[];
  /** Of the cell parsed last. */
  #number = 0;

  constructor(rows: RowBuffer, layout: Layout, interval: Interval) {
    this.#rows = rows;
    this.#layout = layout;
    this.#isDaily = interval === "1d";
    this.#targets = this.#resolveTargets();
  }

  /**
   * Parses the line at `from` into row `rows.count`, without committing it. There must be a line feed behind `from`.
   * @returns the start of the next line, or −1 for a line that needs the careful path.
   */
  parse(bytes: Uint8Array, from: number): number {
    if (this.#rows.reserve()) this.#targets = this.#resolveTargets();
    const row = this.#rows.count;
    const last = this.#layout.length - 1;
    let at = from;
    for (let cell = 0; ; cell++) {
      const target = this.#targets[cell]!;
      if (target === null) {
        at = this.#parseOther(this.#layout[cell]!, bytes, at, row);
      } else {
        at = this.#parseNumber(bytes, at);
        target[row] = this.#number;
      }
      if (at === unusual) return unusual;
      if (cell === last) return lineEnd(bytes, at);
      if (bytes[at] !== comma) return unusual;
      at++;
    }
  }

  #resolveTargets(): (Float64Array | null)[] {
    const { numbers } = this.#rows;
    return this.#layout.map((name) =>
      name !== null && name in numbers ? numbers[name as keyof typeof numbers] : null,
    );
  }

  #parseOther(name: BarColumn | null, bytes: Uint8Array, from: number, row: number): number {
    if (name === "ts") {
      const at = this.#parseTime(bytes, from);
      this.#rows.ts[row] = this.#number;
      return at;
    }
    const to = plainCellEnd(bytes, from);
    if (to === unusual || name === null) return to;
    if (to > from && (bytes[from] === space || bytes[to - 1] === space)) return unusual;
    if (name === "symbol") this.#rows.symbolCodes[row] = this.#rows.symbols.codeOf(bytes, from, to);
    else this.#rows.currencyCodes[row] = this.#rows.currencies.codeOf(bytes, from, to);
    return to;
  }

  /** A decimal number, bit for bit as `Number()` reads it. An empty cell is NaN. */
  #parseNumber(bytes: Uint8Array, from: number): number {
    let at = from;
    let byte = bytes[at]!;
    const isNegative = byte === minus;
    if (isNegative) byte = bytes[++at]!;
    let mantissa = 0;
    const integerStart = at;
    for (; byte >= zero && byte < colon; byte = bytes[++at]!) mantissa = mantissa * 10 + (byte - zero);
    let digits = at - integerStart;
    let decimals = 0;
    if (byte === dot) {
      const fractionStart = ++at;
      for (byte = bytes[at]!; byte >= zero && byte < colon; byte = bytes[++at]!) {
        mantissa = mantissa * 10 + (byte - zero);
      }
      decimals = at - fractionStart;
      digits += decimals;
    }
    if (digits === 0) {
      this.#number = Number.NaN;
      return at === from ? at : unusual;
    }
    if (digits > exactDigitsMax || (byte | space) === lowerE) return this.#parseLongNumber(bytes, from, at);
    const value = decimals === 0 ? mantissa : mantissa / exactPowers[decimals]!;
    this.#number = isNegative ? -value : value;
    return at;
  }

  /** More digits than are exact, or an exponent at `digitsEnd`. */
  #parseLongNumber(bytes: Uint8Array, from: number, digitsEnd: number): number {
    let at = digitsEnd;
    if ((bytes[at]! | space) === lowerE) {
      at++;
      if (bytes[at] === minus || bytes[at] === plus) at++;
      while (bytes[at]! >= zero && bytes[at]! < colon) at++;
    }
    let text = "";
    for (let i = from; i < at; i++) text += String.fromCharCode(bytes[i]!);
    this.#number = Number(text);
    return Number.isFinite(this.#number) ? at : unusual;
  }

  /** `YYYY-MM-DD` for daily bars, `YYYY-MM-DDTHH:MM:SSZ` for all; an empty cell is NaN. */
  #parseTime(bytes: Uint8Array, from: number): number {
    if (bytes[from] === comma) {
      this.#number = Number.NaN;
      return from;
    }
    const year = twoDigits(bytes, from) * 100 + twoDigits(bytes, from + 2);
    const month = twoDigits(bytes, from + 5);
    const day = twoDigits(bytes, from + 8);
    if (!(year >= 0) || bytes[from + 4] !== minus || bytes[from + 7] !== minus) return unusual;
    const days = daysOf(year, month, day);
    if (days === null) return unusual;
    const separator = bytes[from + 10];
    if (separator !== upperT && separator !== space) {
      this.#number = days * 86_400_000;
      return this.#isDaily ? from + 10 : unusual;
    }
    const hour = twoDigits(bytes, from + 11);
    const minute = twoDigits(bytes, from + 14);
    const second = twoDigits(bytes, from + 17);
    const isTime =
      hour < 24 && minute < 60 && second < 60 && bytes[from + 13] === colon && bytes[from + 16] === colon;
    if (!isTime || bytes[from + 19] !== upperZ) return unusual;
    this.#number = days * 86_400_000 + (hour * 3_600 + minute * 60 + second) * 1_000;
    return from + 20;
  }
}

/** NaN where the two bytes are no digits. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - zero;
  const ones = bytes[at + 1]! - zero;
  return tens >= 0 && tens < 10 && ones >= 0 && ones < 10 ? tens * 10 + ones : Number.NaN;
}

/** Where a cell of printable ASCII without quotes ends. Other text has to be checked for what it is. */
function plainCellEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; ; at++) {
    const byte = bytes[at]!;
    if (byte === comma || byte === lineFeed || byte === carriageReturn) return at;
    if (byte === doubleQuote || !(byte >= space && byte < firstNonAscii)) return unusual;
  }
}

function lineEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] === lineFeed) return at + 1;
  return bytes[at] === carriageReturn && bytes[at + 1] === lineFeed ? at + 2 : unusual;
}
