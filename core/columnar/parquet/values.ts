/** One column chunk's values as the bytes of its pages, with the statistics that let readers skip it. */
import type { Encoding } from "hyparquet";
import type { ColumnType } from "../../tables/table.ts";
import { nullCode, type ColumnData, type StringColumn } from "../batch.ts";
import { bitWidthOf, encodeRuns } from "./runs.ts";

export interface EncodedValues {
  /** Values that are present. */
  readonly valueCount: number;
  readonly encoding: Encoding;
  readonly bytes: Uint8Array;
  readonly dictionary: { readonly bytes: Uint8Array; readonly valueCount: number } | null;
  /** Undefined where no value is present. */
  readonly min: number | string | boolean | undefined;
  readonly max: number | string | boolean | undefined;
}

/** Room for one row group, used again for every column. */
export class Scratch {
  /** 1 where the row has a value: the definition levels. */
  readonly present: Uint32Array;
  readonly indexes: Uint32Array;
  readonly numbers: Float64Array;
  readonly integers: Int32Array;

  constructor(rowCount: number) {
    this.present = new Uint32Array(rowCount);
    this.indexes = new Uint32Array(rowCount);
    this.numbers = new Float64Array(rowCount);
    this.integers = new Int32Array(2 * rowCount);
  }
}

/** A number that its column's Parquet type cannot hold. */
export class UnfitNumberError extends RangeError {
  readonly value: number;

  constructor(value: number) {
    super(`${value} does not fit`);
    this.value = value;
  }
}

/** Encodes rows `[from, to)` and fills `scratch.present`. */
export function encodeValues(
  type: ColumnType,
  data: ColumnData,
  from: number,
  to: number,
  scratch: Scratch,
): EncodedValues {
  if (type === "string") return encodeStringValues(data as StringColumn, from, to, scratch);
  if (type === "boolean") return encodeBooleans(data as Uint8Array, from, to, scratch);
  return encodeNumbers(type, data as Float64Array, from, to, scratch);
}

type NumberType = Exclude<ColumnType, "string" | "boolean">;

function encodeNumbers(
  type: NumberType,
  data: Float64Array,
  from: number,
  to: number,
  scratch: Scratch,
): EncodedValues {
  const { numbers, present } = scratch;
  let valueCount = 0;
  let min = Infinity;
  let max = -Infinity;
  for (let row = from; row < to; row++) {
    const value = data[row]!;
    // NaN is the one value that differs from itself.
    const isPresent = value === value ? 1 : 0;
    present[row - from] = isPresent;
    if (isPresent === 0) continue;
    numbers[valueCount++] = value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (valueCount === 0) return absentValues;
  const bounds = boundsOf(min, max);
  if (isConstant(numbers, valueCount, min, max)) {
    const dictionary = { bytes: plainNumbers(type, scratch, 1).slice(), valueCount: 1 };
    return {
      valueCount,
      ...indexesOf(scratch.indexes.fill(0, 0, valueCount), valueCount, 1),
      dictionary,
      ...bounds,
    };
  }
  const bytes = plainNumbers(type, scratch, valueCount);
  return { valueCount, encoding: "PLAIN", bytes, dictionary: null, ...bounds };
}

function encodeStringValues(column: StringColumn, from: number, to: number, scratch: Scratch): EncodedValues {
  const { indexes, present } = scratch;
  const { values, codes } = column;
  // The dictionary holds what these rows use, in order of first use, so equal rows give equal bytes.
  const entries: Buffer[] = [];
  const indexOfText = new Map<string, number>();
  const indexOfCode = new Int32Array(values.length).fill(-1);
  let valueCount = 0;
  for (let row = from; row < to; row++) {
    const code = codes[row]!;
    const isPresent = code === nullCode ? 0 : 1;
    present[row - from] = isPresent;
    if (isPresent === 0) continue;
    let index = indexOfCode[code]!;
    if (!(index >= 0)) {
      const text = values[code]!;
      index = indexOfText.get(text) ?? entries.push(Buffer.from(text)) - 1;
      indexOfText.set(text, index);
      indexOfCode[code] = index;
    }
    indexes[valueCount++] = index;
  }
  if (valueCount === 0) return absentValues;
  const sorted = entries.toSorted((a, b) => Buffer.compare(a, b));
  return {
    valueCount,
    ...indexesOf(indexes, valueCount, entries.length),
    dictionary: { bytes: plainStrings(entries), valueCount: entries.length },
    min: sorted[0]!.toString(),
    max: sorted.at(-1)!.toString(),
  };
}

function encodeBooleans(data: Uint8Array, from: number, to: number, scratch: Scratch): EncodedValues {
  const valueCount = to - from;
  const bytes = new Uint8Array(Math.ceil(valueCount / 8));
  let trues = 0;
  for (let i = 0; i < valueCount; i++) {
    const bit = data[from + i] === 0 ? 0 : 1;
    trues += bit;
    bytes[i >> 3]! |= bit << (i & 7);
  }
  scratch.present.fill(1, 0, valueCount);
  return {
    valueCount,
    encoding: "PLAIN",
    bytes,
    dictionary: null,
    min: trues === valueCount,
    max: trues > 0,
  };
}

const absentValues: EncodedValues = {
  valueCount: 0,
  encoding: "PLAIN",
  bytes: new Uint8Array(0),
  dictionary: null,
  min: undefined,
  max: undefined,
};

/** The PLAIN bytes of `scratch.numbers[0..count)`; valid until the scratch is used again. */
function plainNumbers(type: NumberType, scratch: Scratch, count: number): Uint8Array {
  const { numbers, integers } = scratch;
  if (type === "double") return new Uint8Array(numbers.buffer, 0, count * 8);
  if (type === "date") {
    for (let i = 0; i < count; i++) {
      integers[i] = numbers[i]!;
      if (integers[i] !== numbers[i]) throw new UnfitNumberError(numbers[i]!);
    }
    return new Uint8Array(integers.buffer, 0, count * 4);
  }
  for (let i = 0; i < count; i++) {
    const value = numbers[i]!;
    if (!Number.isSafeInteger(value)) throw new UnfitNumberError(value);
    integers[2 * i] = value;
    integers[2 * i + 1] = Math.floor(value / 2 ** 32);
  }
  return new Uint8Array(integers.buffer, 0, count * 8);
}

function plainStrings(entries: readonly Buffer[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(entries.reduce((size, entry) => size + 4 + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    at = bytes.writeUInt32LE(entry.length, at);
    at += entry.copy(bytes, at);
  }
  return bytes;
}

function indexesOf(indexes: Uint32Array, count: number, dictionarySize: number) {
  const bitWidth = bitWidthOf(dictionarySize);
  const runs = encodeRuns(indexes, count, bitWidth);
  const bytes = new Uint8Array(1 + runs.length);
  bytes[0] = bitWidth;
  bytes.set(runs, 1);
  return { encoding: "RLE_DICTIONARY" as const, bytes };
}

/** 0 and −0 are equal but not the same bits, and must come back as they went in. */
function isConstant(numbers: Float64Array, count: number, min: number, max: number): boolean {
  if (min !== max) return false;
  return min !== 0 || numbers.subarray(0, count).every((value) => Object.is(value, numbers[0]));
}

/** Zeros of either sign lie within the bounds: https://github.com/apache/parquet-format (ColumnOrder, TypeDefinedOrder). */
function boundsOf(min: number, max: number): { min: number; max: number } {
  return { min: min === 0 ? -0 : min, max: max === 0 ? 0 : max };
}
