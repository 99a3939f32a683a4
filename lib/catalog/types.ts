/** Names of the declared column types in the catalog. */
import type { ColumnType } from "../../core/tables/index.ts";

/** Hive's names, which Glue stores: https://docs.aws.amazon.com/athena/latest/ug/data-types.html */
export const hiveTypes = {
  string: "string",
  double: "double",
  bigint: "bigint",
  boolean: "boolean",
  timestamp: "timestamp",
  date: "date",
} as const satisfies Record<ColumnType, string>;

/** Trino's names, which a stored view declares. */
export const trinoTypes = {
  string: "varchar",
  double: "double",
  bigint: "bigint",
  boolean: "boolean",
  timestamp: "timestamp(3)",
  date: "date",
} as const satisfies Record<ColumnType, string>;
