/** Reads column chunks that `encodeParquet` wrote: at most one dictionary page, then one data page. */
import type { ColumnChunk } from "hyparquet";
import type { ColumnType } from "../../tables/table.ts";
import { nullCode } from "../batch.ts";
import type { ColumnBuilder } from "./column-builder.ts";
import { readPage, type Page } from "./pages.ts";
import { decodeRuns } from "./runs.ts";

/** The values of a data page, before they are spread over the rows that have one. */
interface PageValues {
  readonly type: ColumnType;
  readonly bytes: Uint8Array;
  /** Where the values start, behind the definition levels. */
  readonly at: number;
  readonly count: number;
  readonly dictionary: Page | null;
}

/** @throws RangeError where the pages do not hold what the footer says. */
export function decodeChunk(
  file: Uint8Array,
  { meta_data: meta }: ColumnChunk,
  rows: number,
  isOptional: boolean,
  builder: ColumnBuilder,
): void {
  const { name, type } = builder.column;
  if (meta === undefined) throw new RangeError(`column "${name}" has no metadata`);
  const { codec, dictionary_page_offset: dictionaryOffset } = meta;
  const pageAt = (offset: bigint) =>
    readPage(file, Number(offset), codec, Number(meta.total_uncompressed_size));
  const dictionary = dictionaryOffset === undefined ? null : pageAt(dictionaryOffset);
  const { bytes, header } = pageAt(meta.data_page_offset);
  if (header.data_page_header?.num_values !== rows) {
    throw new RangeError(`column "${name}" has a page that does not fit its row group of ${rows} rows`);
  }
  const { present, count, at } = isOptional ? readLevels(bytes, rows) : { present: null, count: rows, at: 0 };
  const values: PageValues = { type, bytes, at, count, dictionary };
  const target = builder.next(rows);
  if (type === "string") {
    readStrings(values, target.codes, builder);
    if (present !== null) spread(target.codes, present, count, nullCode);
  } else if (type === "boolean") {
    readBooleans(values, target.flags);
    if (present !== null) spread(target.flags, present, count, 0);
  } else {
    readNumbers(values, target.numbers);
    if (present !== null) spread(target.numbers, present, count, Number.NaN);
  }
}

/** Definition levels: 1 where the row has a value. `present` is null where every row has one. */
function readLevels(bytes: Uint8Array, rows: number) {
  const length = viewOf(bytes).getUint32(0, true);
  const at = 4 + length;
  const levels = new Uint32Array(rows);
  decodeRuns(bytes, 4, at, 1, levels, rows);
  let count = 0;
  for (const level of levels) count += level;
  return { present: count === rows ? null : levels, count, at };
}

function readNumbers({ type, bytes, at, count, dictionary }: PageValues, target: Float64Array): void {
  if (dictionary === null) return readPlainNumbers(type, bytes, at, target.subarray(0, count));
  const entries = new Float64Array(entryCountOf(dictionary));
  readPlainNumbers(type, dictionary.bytes, 0, entries);
  const indexes = readIndexes(bytes, at, count, entries.length);
  for (let i = 0; i < count; i++) target[i] = entries[indexes[i]!]!;
}

function readStrings(
  { bytes, at, count, dictionary }: PageValues,
  target: Uint32Array,
  builder: ColumnBuilder,
): void {
  if (dictionary === null) {
    if (count > 0) throw new RangeError("texts without their dictionary");
    return;
  }
  const codes = readTexts(dictionary).map((text) => builder.codeOf(text));
  const indexes = readIndexes(bytes, at, count, codes.length);
  for (let i = 0; i < count; i++) target[i] = codes[indexes[i]!]!;
}

function readBooleans({ bytes, at, count }: PageValues, target: Uint8Array): void {
  const size = Math.ceil(count / 8);
  if (bytes.length !== at + size)
    throw new RangeError(`page holds ${bytes.length - at} bytes of values, expected ${size}`);
  for (let i = 0; i < count; i++) target[i] = (bytes[at + (i >> 3)]! >> (i & 7)) & 1;
}

function readPlainNumbers(type: ColumnType, bytes: Uint8Array, at: number, target: Float64Array): void {
  const sizeBytes = target.length * (type === "date" ? 4 : 8);
  const plain = bytes.subarray(at, at + sizeBytes);
  if (bytes.length !== at + sizeBytes) {
    throw new RangeError(`page holds ${bytes.length - at} bytes of values, expected ${sizeBytes}`);
  }
  if (type === "double") {
    new Uint8Array(target.buffer, target.byteOffset, sizeBytes).set(plain);
    return;
  }
  const integers = new Int32Array(sizeBytes / 4);
  new Uint8Array(integers.buffer).set(plain);
  if (type === "date") {
    target.set(integers);
    return;
  }
  for (let i = 0; i < target.length; i++) {
    target[i] = integers[2 * i + 1]! * 2 ** 32 + (integers[2 * i]! >>> 0);
  }
}

function readIndexes(bytes: Uint8Array, at: number, count: number, entryCount: number): Uint32Array {
  const indexes = new Uint32Array(count);
  decodeRuns(bytes, at + 1, bytes.length, bytes[at]!, indexes, count);
  for (const index of indexes) {
    if (index >= entryCount) throw new RangeError(`index ${index} is beyond a dictionary of ${entryCount}`);
  }
  return indexes;
}

function readTexts(dictionary: Page): string[] {
  const { bytes } = dictionary;
  const view = viewOf(bytes);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const texts: string[] = [];
  for (let at = 0, left = entryCountOf(dictionary); left > 0; left--) {
    const length = view.getUint32(at, true);
    texts.push(decoder.decode(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return texts;
}

/** Moves `values[0..count)` to the rows where `present` is 1, back to front so that nothing is overwritten. */
function spread(
  values: Float64Array | Uint32Array | Uint8Array,
  present: Uint32Array,
  count: number,
  absent: number,
) {
  let next = count - 1;
  for (let row = present.length - 1; row >= 0; row--) {
    values[row] = present[row] === 1 ? values[next--]! : absent;
  }
}

/** No entry takes less than a byte. */
function entryCountOf({ header, bytes }: Page): number {
  const count = header.dictionary_page_header?.num_values ?? 0;
  if (count >= 0 && count <= bytes.length) return count;
  throw new RangeError(`expected a dictionary of at most ${bytes.length} entries, got ${count}`);
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
