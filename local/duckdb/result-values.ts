import {
  type DuckDBResultReader,
  type DuckDBTimestampTZValue,
  DuckDBTypeId,
  type DuckDBTimestampMillisecondsValue,
  type DuckDBTimestampNanosecondsValue,
  type DuckDBTimestampSecondsValue,
  type DuckDBTimestampValue,
  type DuckDBValue,
} from "@duckdb/node-api";
import type { QueryResult, QueryValue } from "../../core/ports.ts";

type Converter = (value: never) => QueryValue;

const identity = (value: QueryValue) => value;
const finite = (value: number) => (Number.isFinite(value) ? value : null);
const exactInteger = (value: bigint) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);

/** Infinite timestamps, which no bar has, keep DuckDB's own text. */
function isoTime<T extends { readonly isFinite: boolean; toString(): string }>(
  toMs: (value: T) => number,
): (value: T) => string {
  return (value) => (value.isFinite ? new Date(toMs(value)).toISOString() : value.toString());
}

/** Types that are not here (lists, structs, intervals, …) come out as DuckDB's own text. */
const converters: Readonly<Partial<Record<DuckDBTypeId, Converter>>> = {
  [DuckDBTypeId.BOOLEAN]: identity,
  [DuckDBTypeId.TINYINT]: identity,
  [DuckDBTypeId.SMALLINT]: identity,
  [DuckDBTypeId.INTEGER]: identity,
  [DuckDBTypeId.UTINYINT]: identity,
  [DuckDBTypeId.USMALLINT]: identity,
  [DuckDBTypeId.UINTEGER]: identity,
  [DuckDBTypeId.VARCHAR]: identity,
  [DuckDBTypeId.FLOAT]: finite,
  [DuckDBTypeId.DOUBLE]: finite,
  [DuckDBTypeId.DECIMAL]: Number,
  [DuckDBTypeId.BIGINT]: exactInteger,
  [DuckDBTypeId.UBIGINT]: exactInteger,
  [DuckDBTypeId.HUGEINT]: exactInteger,
  [DuckDBTypeId.UHUGEINT]: exactInteger,
  [DuckDBTypeId.TIMESTAMP_S]: isoTime(({ seconds }: DuckDBTimestampSecondsValue) => Number(seconds) * 1_000),
  [DuckDBTypeId.TIMESTAMP_MS]: isoTime(({ millis }: DuckDBTimestampMillisecondsValue) => Number(millis)),
  [DuckDBTypeId.TIMESTAMP]: isoTime(({ micros }: DuckDBTimestampValue) => Number(micros) / 1_000),
  [DuckDBTypeId.TIMESTAMP_TZ]: isoTime(({ micros }: DuckDBTimestampTZValue) => Number(micros) / 1_000),
  [DuckDBTypeId.TIMESTAMP_NS]: isoTime(({ nanos }: DuckDBTimestampNanosecondsValue) => Number(nanos) / 1e6),
};

/** A result as the port wants it: NaN and infinities are null, integers beyond 2^53 are bigints. */
export function resultOf(reader: DuckDBResultReader): QueryResult {
  const columns = reader.columnNames().map((name, i) => ({
    name,
    type: String(reader.columnType(i)).toLowerCase(),
  }));
  const convert = columns.map((_, i) => converterOf(reader.columnTypeId(i)));
  const rows = reader.getRows().map((row) => row.map((value, i) => convert[i]!(value)));
  return { columns, rows, scannedBytes: null };
}

function converterOf(typeId: DuckDBTypeId): (value: DuckDBValue) => QueryValue {
  const convert = (converters[typeId] ?? String) as (value: DuckDBValue) => QueryValue;
  return (value) => (value === null ? null : convert(value));
}
