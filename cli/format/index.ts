/** What the CLI prints on stdout, and how. */
import { formatCsv } from "./csv.ts";
import { formatJson } from "./json.ts";
import type { Rows } from "./rows.ts";
import { formatTable, type TableOptions } from "./table.ts";

export { bytes, count, duration, rate } from "./numbers.ts";
export { rowsOf, type Rows } from "./rows.ts";
export { plain, stylesFor, type Styles } from "./styles.ts";
export { wrap } from "./wrap.ts";
export { formatFacts, type Fact } from "./facts.ts";
export type { TableOptions } from "./table.ts";

export const outputFormats = ["table", "csv", "json"] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** `rows` as text, in pieces of whole lines. csv and json are lossless; table is for people. */
export function formatRows(rows: Rows, format: OutputFormat, options: TableOptions): Generator<string> {
  switch (format) {
    case "table":
      return formatTable(rows, options);
    case "csv":
      return formatCsv(rows);
    case "json":
      return formatJson(rows);
  }
}
