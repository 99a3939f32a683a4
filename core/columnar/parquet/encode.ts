import type { ColumnChunk, RowGroup } from "hyparquet";
import { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";
import { TerminalError } from "../../errors.ts";
import type { Column, Table } from "../../tables/table.ts";
import type { Batch, ColumnData } from "../batch.ts";
import { ByteSink, codecFor, joinLevels, magic, writePage, writerName } from "./pages.ts";
import { encodeRuns } from "./runs.ts";
import { leafOf, schemaOf } from "./schema.ts";
import { encodeValues, Scratch, UnfitNumberError, type EncodedValues } from "./values.ts";

const defaultRowGroupRows = 32_768;
/** Keeps dictionary indexes within 16 bits and a row group's pages within half a megabyte. */
const rowGroupRowsMax = 65_536;
/** Longer bounds of strings are cut, which keeps them valid bounds. */
const statisticsTruncateBytes = 64;

/** A batch that its table's Parquet schema cannot hold: a required value is missing, or a number does not fit. */
export class UnwritableBatchError extends TerminalError {
  override name: string = "UnwritableBatchError";
  readonly table: string;
  readonly column: string;

  constructor(table: string, column: string, problem: string) {
    super(`table "${table}", column "${column}": ${problem}`);
    this.table = table;
    this.column = column;
  }
}

/**
 * A batch as one Parquet file. Equal batches give equal bytes, however their dictionaries are ordered.
 * @param options.rowGroupRows rows that readers can skip together, 1–65,536
 * @throws UnwritableBatchError naming column and row where a required value is missing or a number does not fit.
 */
export function encodeParquet<T extends Table>(
  table: T,
  batch: Batch<T>,
  options: { readonly rowGroupRows?: number } = {},
): Uint8Array {
  const rowGroupRows = Math.min(options.rowGroupRows ?? defaultRowGroupRows, rowGroupRowsMax);
  const scratch = new Scratch(Math.min(rowGroupRows, batch.rowCount));
  const file = new ByteSink();
  file.append(magic);
  const rowGroups: RowGroup[] = [];
  for (let from = 0; from < batch.rowCount; from += rowGroupRows) {
    const to = Math.min(from + rowGroupRows, batch.rowCount);
    rowGroups.push(writeRowGroup(file, table, batch, from, to, scratch));
  }
  file.append(footerOf(table, batch.rowCount, rowGroups));
  file.append(magic);
  return file.bytes();
}

function writeRowGroup(
  file: ByteSink,
  table: Table,
  batch: Batch,
  from: number,
  to: number,
  scratch: Scratch,
): RowGroup {
  const start = file.offset;
  const columns = table.columns.map((column) => {
    const data = (batch.columns as Record<string, ColumnData>)[column.name]!;
    const values = encodeChecked(table, column, data, from, to, scratch);
    return writeColumnChunk(file, column, values, to - from, scratch);
  });
  const uncompressed = columns.reduce((size, { meta_data }) => size + meta_data!.total_uncompressed_size, 0n);
  return {
    columns,
    total_byte_size: uncompressed,
    num_rows: BigInt(to - from),
    total_compressed_size: BigInt(file.offset - start),
  };
}

function encodeChecked(
  table: Table,
  column: Column,
  data: ColumnData,
  from: number,
  to: number,
  scratch: Scratch,
): EncodedValues {
  try {
    const values = encodeValues(column.type, data, from, to, scratch);
    if (values.valueCount === to - from || column.nullable) return values;
  } catch (error) {
    if (!(error instanceof UnfitNumberError)) throw error;
    const row = (data as Float64Array).indexOf(error.value, from);
    const problem = `expected a whole number that fits ${column.type}, row ${row} has "${error.value}"`;
    throw new UnwritableBatchError(table.name, column.name, problem);
  }
  const row = from + scratch.present.indexOf(0);
  throw new UnwritableBatchError(table.name, column.name, `a value is required, row ${row} has none`);
}

/** A dictionary page where there is a dictionary, then one data page. */
function writeColumnChunk(
  file: ByteSink,
  column: Column,
  values: EncodedValues,
  rowCount: number,
  scratch: Scratch,
): ColumnChunk {
  const { dictionary, encoding } = values;
  const page = column.nullable
    ? joinLevels(encodeRuns(scratch.present, rowCount, 1), values.bytes)
    : values.bytes;
  const codec = codecFor(page.length + (dictionary?.bytes.length ?? 0));
  const start = file.offset;
  let uncompressedBytes = 0;
  if (dictionary !== null) {
    const header = { num_values: dictionary.valueCount, encoding: "PLAIN" as const };
    uncompressedBytes += writePage(file, codec, dictionary.bytes, { dictionary_page_header: header });
  }
  const dataPageOffset = file.offset;
  const levels = { definition_level_encoding: "RLE", repetition_level_encoding: "RLE" } as const;
  const header = { num_values: rowCount, encoding, ...levels };
  uncompressedBytes += writePage(file, codec, page, { data_page_header: header });
  return {
    file_offset: BigInt(start),
    meta_data: {
      type: leafOf(column).type!,
      encodings: dictionary === null ? ["PLAIN", "RLE"] : ["PLAIN", "RLE", "RLE_DICTIONARY"],
      path_in_schema: [column.name],
      codec,
      num_values: BigInt(rowCount),
      total_uncompressed_size: BigInt(uncompressedBytes),
      total_compressed_size: BigInt(file.offset - start),
      data_page_offset: BigInt(dataPageOffset),
      ...(dictionary === null ? {} : { dictionary_page_offset: BigInt(start) }),
      statistics: statisticsOf(values, rowCount),
    },
  };
}

function statisticsOf({ valueCount, min, max }: EncodedValues, rowCount: number) {
  const null_count = BigInt(rowCount - valueCount);
  return min === undefined || max === undefined
    ? { null_count }
    : { null_count, min_value: min, max_value: max };
}

function footerOf(table: Table, rowCount: number, rowGroups: RowGroup[]): Uint8Array {
  const writer = new ByteWriter();
  const metadata = {
    version: 2,
    schema: schemaOf(table),
    num_rows: BigInt(rowCount),
    row_groups: rowGroups,
    created_by: writerName,
    metadata_length: 0,
  };
  writeMetadata(writer, metadata, statisticsTruncateBytes);
  return writer.getBytes();
}
