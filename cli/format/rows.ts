import type { QueryResult, QueryValue } from "../../core/ports.ts";

/** What the formats print: named columns and row-major values, as a query answers. */
export type Rows = Pick<QueryResult, "rows"> & {
  readonly columns: readonly { readonly name: string }[];
};

/** Objects as rows: the columns are the fields of the first object. */
export function rowsOf(objects: readonly Readonly<Record<string, QueryValue>>[]): Rows {
  const names = Object.keys(objects[0] ?? {});
  return {
    columns: names.map((name) => ({ name })),
    rows: objects.map((object) => names.map((name) => object[name] ?? null)),
  };
}
