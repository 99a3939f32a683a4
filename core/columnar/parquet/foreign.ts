/** Files of other writers, through hyparquet's general reader: any encoding, page version and usual codec. */
import { gunzipSync } from "node:zlib";
import type { FileMetaData, ParquetParsers } from "hyparquet";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { parquetRead } from "hyparquet/src/read.js";
import { nullCode } from "../batch.ts";
import type { ColumnBuilder } from "./column-builder.ts";
import { decompress } from "./pages.ts";

const compressors = { ZSTD: decompress, GZIP: (stored: Uint8Array) => gunzipSync(stored) };

/** @throws RangeError for values that the table's types cannot hold; hyparquet's errors for damaged pages. */
export async function readForeign(
  bytes: Uint8Array,
  metadata: FileMetaData,
  builders: readonly ColumnBuilder[],
): Promise<void> {
  const builderOf = new Map(builders.map((builder) => [builder.column.name, builder]));
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  await parquetRead({
    file: { byteLength: buffer.byteLength, slice: (start, end) => buffer.slice(start, end) },
    metadata,
    columns: [...builderOf.keys()],
    compressors,
    parsers: numericParsers,
    onChunk: ({ columnName, columnData }) => append(builderOf.get(columnName)!, columnData),
  });
}

/** Times and dates as our numbers instead of `Date` objects. */
const numericParsers: ParquetParsers = {
  ...DEFAULT_PARSERS,
  timestampFromMilliseconds: (value: bigint) => Number(value),
  timestampFromMicroseconds: (value: bigint) => Number(value) / 1_000,
  dateFromDays: (days: number) => days,
};

function append(builder: ColumnBuilder, values: ArrayLike<unknown>): void {
  const { type, name } = builder.column;
  const { numbers, flags, codes } = builder.next(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? null;
    if (type === "string") codes[row] = value === null ? nullCode : builder.codeOf(value as string);
    else if (type === "boolean") flags[row] = requireBoolean(name, value);
    else
      numbers[row] = value === null ? Number.NaN : wholeUnlessDouble(type === "double", name, Number(value));
  }
}

function requireBoolean(name: string, value: unknown): number {
  if (typeof value !== "boolean")
    throw new RangeError(`column "${name}": expected true or false, got "${String(value)}"`);
  return value ? 1 : 0;
}

function wholeUnlessDouble(isDouble: boolean, name: string, value: number): number {
  if (isDouble || Number.isSafeInteger(value)) return value;
  throw new RangeError(`column "${name}": "${value}" is no whole number of its unit`);
}
