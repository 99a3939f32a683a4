import { stringAt, type Batch, type StringColumn } from "../../columnar/batch.ts";
import type { Interval } from "../../market.ts";
import type { rawBars } from "../../tables/index.ts";
import type { BarColumn } from "./header.ts";

const columnOrder = [
  "symbol",
  "ts",
  "open",
  "high",
  "low",
  "close",
  "volume",
] as const satisfies readonly BarColumn[];

/**
 * Bars as CSV that `BarsCsvReader` reads back as they were: missing values are empty cells, numbers the shortest text
 * of the same double. `adj_close` and `currency` are written where a row has one.
 * @param interval daily bars get dates, others ISO-8601 UTC times
 */
export function formatBarsCsv(batch: Batch<typeof rawBars>, interval: Interval): Uint8Array {
  const { columns, rowCount } = batch;
  const hasAdjClose = columns.adj_close.some((value) => !Number.isNaN(value));
  const hasCurrency = columns.currency.values.length > 0;
  const header: BarColumn[] = [
    ...columnOrder,
    ...(hasAdjClose ? ["adj_close" as const] : []),
    ...(hasCurrency ? ["currency" as const] : []),
  ];
  const writers = header.map((name) => writerOf(columns, name, interval));
  const lines = [header.join(",")];
  for (let row = 0; row < rowCount; row++) {
    let line = writers[0]!(row);
    for (let cell = 1; cell < writers.length; cell++) line += `,${writers[cell]!(row)}`;
    lines.push(line);
  }
  lines.push("");
  return new TextEncoder().encode(lines.join("\n"));
}

type CellWriter = (row: number) => string;

function writerOf(
  columns: Batch<typeof rawBars>["columns"],
  name: BarColumn,
  interval: Interval,
): CellWriter {
  if (name === "symbol" || name === "currency") return stringWriter(columns[name]);
  const values = columns[name];
  if (name !== "ts") return (row) => numberText(values[row]!);
  const length = interval === "1d" ? 10 : undefined;
  return (row) => (Number.isNaN(values[row]!) ? "" : isoText(values[row]!).slice(0, length));
}

function stringWriter(column: StringColumn): CellWriter {
  const texts = column.values.map((text) => quoted(text));
  const quotedColumn = { values: texts, codes: column.codes };
  return (row) => stringAt(quotedColumn, row) ?? "";
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** `String(-0)` is "0", which would lose the sign. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return "";
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Whole seconds need no fraction. */
const isoText = (tsMs: number) => new Date(tsMs).toISOString().replace(".000Z", "Z");
