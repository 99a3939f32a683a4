import type { Table } from "../tables/table.ts";
import type { Batch } from "./batch.ts";

export type ColumnName<T extends Table> = T["columns"][number]["name"];

/** A batch of some of a table's columns. With all of them it is a `Batch<T>`. */
export interface Projection<T extends Table, N extends ColumnName<T>> {
  readonly rowCount: number;
  readonly columns: Pick<Batch<T>["columns"], N>;
}
