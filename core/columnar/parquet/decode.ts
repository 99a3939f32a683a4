import type { FileMetaData } from "hyparquet";
import { parquetMetadata } from "hyparquet/src/metadata.js";
import { describeError, MarketlakeError, UnreadableObjectError } from "../../errors.ts";
import type { Table } from "../../tables/table.ts";
import type { ColumnData } from "../batch.ts";
import type { ColumnName, Projection } from "../projection.ts";
import { decodeChunk } from "./chunk.ts";
import { ColumnBuilder } from "./column-builder.ts";
import { readForeign } from "./foreign.ts";
import { magic, writerName } from "./pages.ts";
import { checkThrift } from "./thrift.ts";
import { schemaProblem } from "./schema.ts";
import { remedyFor } from "../../lake/remedy.ts";

/** Behind the footer stand its length and the magic bytes. */
const tailBytes = 8;

export interface ParquetInfo {
  readonly rowCount: number;
  /** Rows of each row group, in file order. */
  readonly rowGroupRows: readonly number[];
}

/**
 * The rows of a Parquet file, all columns or some. Files of other writers (DuckDB, pyarrow) are read too, more slowly.
 * @param key names the object in errors
 * @throws UnreadableObjectError where the bytes are not Parquet, cut short, damaged, or of another schema.
 */
export async function decodeParquet<T extends Table, N extends ColumnName<T> = ColumnName<T>>(
  table: T,
  key: string,
  bytes: Uint8Array,
  options: { readonly columns?: readonly N[] } = {},
): Promise<Projection<T, N>> {
  const metadata = readFooter(key, bytes);
  const problem = schemaProblem(table, metadata.schema);
  if (problem !== null) throw new UnreadableObjectError(key, problem);
  const wanted: readonly string[] = options.columns ?? table.columns.map(({ name }) => name);
  const columns = table.columns.filter(({ name }) => wanted.includes(name));
  const rowCount = Number(metadata.num_rows);
  try {
    checkRows(metadata);
    const builders = columns.map((column) => new ColumnBuilder(column, rowCount));
    if (metadata.created_by === writerName) readOwn(bytes, metadata, builders);
    else readForeign(bytes, metadata, builders);
    return { rowCount, columns: finished(builders) as Projection<T, N>["columns"] };
  } catch (error) {
    if (error instanceof MarketlakeError) throw error;
    const text = `its pages are damaged: ${describeError(error)}; ${remedyFor(key)}`;
    throw new UnreadableObjectError(key, text, { cause: error });
  }
}

/**
 * What the footer tells; reads no data page.
 * @throws UnreadableObjectError where the bytes are not a whole Parquet file.
 */
export function parquetInfo(key: string, bytes: Uint8Array): ParquetInfo {
  const { num_rows, row_groups } = readFooter(key, bytes);
  return { rowCount: Number(num_rows), rowGroupRows: row_groups.map((group) => Number(group.num_rows)) };
}

function readFooter(key: string, bytes: Uint8Array): FileMetaData {
  const isMagic = (at: number) => magic.every((byte, i) => bytes[at + i] === byte);
  if (!isMagic(0)) {
    const start = JSON.stringify(Buffer.from(bytes.subarray(0, 8)).toString("latin1"));
    throw new UnreadableObjectError(
      key,
      `not a Parquet file: expected to start with "PAR1", starts with ${start}; ${remedyFor(key)}`,
    );
  }
  if (!isMagic(bytes.length - magic.length)) {
    const text = `cut short: ${bytes.length} bytes of a Parquet file without its footer; ${remedyFor(key)}`;
    throw new UnreadableObjectError(key, text);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    checkThrift(view, view.byteLength - tailBytes - view.getUint32(view.byteLength - tailBytes, true));
    return parquetMetadata(bytes);
  } catch (error) {
    const text = `its Parquet footer is damaged: ${describeError(error)}; ${remedyFor(key)}`;
    throw new UnreadableObjectError(key, text, { cause: error });
  }
}

/** Room is made for all rows before the first is read, so what the footer says of them has to agree with itself. */
function checkRows({ num_rows, row_groups }: FileMetaData): void {
  const sum = row_groups.reduce((rows, group) => rows + group.num_rows, 0n);
  if (sum !== num_rows) throw new RangeError(`row groups have ${sum} rows, expected ${num_rows}`);
  for (const { columns, num_rows: rows } of row_groups) {
    const other = columns.find(({ meta_data: meta }) => meta?.num_values !== rows);
    if (other !== undefined)
      throw new RangeError(
        `a column has ${other.meta_data?.num_values} values in a row group of ${rows} rows`,
      );
  }
}

function readOwn(bytes: Uint8Array, metadata: FileMetaData, builders: readonly ColumnBuilder[]): void {
  const leaves = metadata.schema.slice(1);
  for (const builder of builders) {
    const leaf = leaves.findIndex(({ name }) => name === builder.column.name);
    const isOptional = leaves[leaf]!.repetition_type === "OPTIONAL";
    for (const { columns, num_rows } of metadata.row_groups) {
      decodeChunk(bytes, columns[leaf]!, Number(num_rows), isOptional, builder);
    }
  }
}

function finished(builders: readonly ColumnBuilder[]): Record<string, ColumnData> {
  const columns: Record<string, ColumnData> = {};
  for (const builder of builders) columns[builder.column.name] = builder.finish();
  return columns;
}
