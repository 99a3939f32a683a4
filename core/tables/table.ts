/**
 * How a table is declared. The Parquet schema, the Glue table, the DuckDB view, the row type and the data dictionary
 * are derived from these declarations; no second list of columns exists.
 */

/** `timestamp`: UTC milliseconds. `date`: days since the epoch. Both are numbers in memory. */
export type ColumnType = "string" | "double" | "bigint" | "boolean" | "timestamp" | "date";

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Whether a value may be missing. A missing number is NaN in memory and null in files, never NaN in files. */
  readonly nullable: boolean;
  /** `currency`: quoted in the row's currency. `percent`: 4.41 means 4.41 %. */
  readonly unit?: string;
  readonly doc: string;
}

/** A partition column: its value stands in the object key and in no file. Projected in Athena, hive-style in DuckDB. */
export type Partition =
  | { readonly name: string; readonly type: "enum"; readonly values: readonly string[]; readonly doc: string }
  | {
      readonly name: string;
      readonly type: "year" | "month" | "date";
      readonly from: string;
      readonly doc: string;
    };

export interface Table {
  readonly name: string;
  readonly zone: "raw" | "curated";
  /** Key prefix of the table's objects, with a trailing slash. */
  readonly prefix: string;
  readonly doc: string;
  readonly partitions: readonly Partition[];
  readonly columns: readonly Column[];
  /** The columns that identify a row, partition columns included, in sort order. */
  readonly key: readonly string[];
}

/** A view in the SQL subset that Athena and DuckDB share. Athena wants the columns of a view declared beside its SQL. */
export interface View {
  readonly name: string;
  readonly doc: string;
  readonly sql: string;
  /** What `sql` selects, in its order. */
  readonly columns: readonly Column[];
}

/** The column that a partition adds to its table. Months and dates stay text, so that literals compare alike in both engines. */
export function partitionColumn({ name, type, doc }: Partition): Column {
  return { name, type: type === "year" ? "bigint" : "string", nullable: false, doc };
}

export function defineTable<const T extends Table>(table: T): T {
  return table;
}

/** Column builders, so that a declaration reads as a list of facts. */
export const required = <const N extends string, const T extends ColumnType>(
  name: N,
  type: T,
  doc: string,
  unit?: string,
) => ({ name, type, nullable: false as const, doc, ...(unit === undefined ? {} : { unit }) });

export const optional = <const N extends string, const T extends ColumnType>(
  name: N,
  type: T,
  doc: string,
  unit?: string,
) => ({ name, type, nullable: true as const, doc, ...(unit === undefined ? {} : { unit }) });

/** JavaScript type of a column's value in a row object. */
type Value<C extends Column> =
  | (C["type"] extends "string" ? string : C["type"] extends "boolean" ? boolean : number)
  | (C["nullable"] extends true ? null : never);

/** A row object of a table. Row objects exist only at the edges; the hot path is columnar. */
export type Row<T extends Table> = { -readonly [C in T["columns"][number] as C["name"]]: Value<C> };
