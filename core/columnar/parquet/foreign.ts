/** Files of other writers, through hyparquet's general pages: any encoding, page version and usual codec. */
import { gunzipSync } from "node:zlib";
import type { ColumnChunk, FileMetaData, ParquetParsers } from "hyparquet";
// Chunk by chunk: hyparquet's own loop over a file brings its filters and bloom filters into every function.
import { readColumn } from "hyparquet/src/column.js";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { getSchemaPath } from "hyparquet/src/schema.js";
import { nullCode } from "../batch.ts";
import type { ColumnBuilder } from "./column-builder.ts";
import { checkPages, decompress } from "./pages.ts";

const compressors = { ZSTD: decompress, GZIP: (stored: Uint8Array) => gunzipSync(stored) };

/** @throws RangeError for values that the table's types cannot hold; hyparquet's errors for damaged pages. */
export function readForeign(
  bytes: Uint8Array,
  { schema, row_groups }: FileMetaData,
  builders: readonly ColumnBuilder[],
): void {
  for (const builder of builders) {
    const { name } = builder.column;
    const schemaPath = getSchemaPath(schema, [name]);
    for (const { columns, num_rows } of row_groups) {
      const chunk = columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === name);
      readChunk(bytes, { chunk, schemaPath, rowCount: Number(num_rows) }, builder);
    }
  }
}

interface ForeignChunk {
  readonly chunk: ColumnChunk | undefined;
  readonly schemaPath: ReturnType<typeof getSchemaPath>;
  readonly rowCount: number;
}

function readChunk(
  bytes: Uint8Array,
  { chunk, schemaPath, rowCount }: ForeignChunk,
  builder: ColumnBuilder,
): void {
  const { name } = builder.column;
  const meta = chunk?.meta_data;
  if (meta === undefined || chunk?.file_path !== undefined)
    throw new RangeError(`column "${name}" is not in the file that names it`);
  const start = Number(meta.dictionary_page_offset ?? meta.data_page_offset);
  const stored = bytes.subarray(start, start + Number(meta.total_compressed_size));
  checkPages(stored, Number(meta.total_uncompressed_size));
  const { data } = readColumn(
    { view: new DataView(stored.buffer, stored.byteOffset, stored.byteLength), offset: 0 },
    { groupStart: 0, groupRows: rowCount, selectStart: 0, selectEnd: rowCount },
    {
      ...meta,
      pathInSchema: meta.path_in_schema,
      schemaPath,
      element: schemaPath.at(-1)!.element,
      compressors,
      parsers: numericParsers,
    },
  );
  for (const values of data) append(builder, values);
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
