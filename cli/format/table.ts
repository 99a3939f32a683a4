/**
 * A table for people: a thin rule under the header, numbers right-aligned on their decimal point. With a width given,
 * long texts are cut and columns that do not fit are named below instead of wrapping every line.
 */
import type { QueryValue } from "../../core/ports.ts";
import { columnNumberFormat } from "./numbers.ts";
import type { Rows } from "./rows.ts";
import { plain, type Styles } from "./styles.ts";
import { wrap } from "./wrap.ts";

const gap = "  ";
const timeText = /^\d{4}-\d{2}-\d{2}([T ][\d:.]+Z?)?$/;
const missing = "–";
/** Texts keep at least this width when a table is squeezed. */
const textWidthMin = 12;

export interface TableOptions {
  /** Terminal columns; null prints everything, however wide. */
  readonly widthMax: number | null;
  /** Whether texts that do not fit go on in the next line instead of being cut. */
  readonly wrapsTexts?: boolean;
  readonly styles?: Styles;
}

interface TableColumn {
  readonly name: string;
  readonly isNumeric: boolean;
  /** Of a time that is cut off nothing can be made. */
  readonly isTime: boolean;
  readonly cells: readonly string[];
  width: number;
}

export function* formatTable({ columns, rows }: Rows, options: TableOptions): Generator<string> {
  const styles = options.styles ?? plain;
  const all = columns.map(({ name }, index) =>
    tableColumn(
      name,
      rows.map((row) => row[index]!),
    ),
  );
  const shown = options.widthMax === null ? all : fit(all, options.widthMax);
  yield line(shown, (column) => column.name, styles.bold);
  yield line(shown, (column) => "─".repeat(column.width), styles.dim);
  for (let row = 0; row < rows.length; row++)
    yield* options.wrapsTexts === true
      ? wrappedLines(shown, row)
      : [line(shown, (column) => column.cells[row]!)];
  if (rows.length === 0) yield styles.dim("no rows\n");
  const hidden = all.slice(shown.length).map(({ name }) => name);
  if (hidden.length > 0) {
    const verb = hidden.length === 1 ? "column does" : "columns do";
    const note = `${hidden.length} more ${verb} not fit: ${hidden.join(", ")}`;
    for (const text of wrap(note, options.widthMax ?? Infinity)) yield styles.dim(`${text}\n`);
  }
}

function tableColumn(name: string, values: readonly QueryValue[]): TableColumn {
  const numbers = values.filter((value) => typeof value === "number" || typeof value === "bigint");
  const formatNumber = columnNumberFormat(numbers);
  const cells = values.map((value) => {
    if (value === null) return missing;
    return typeof value === "number" || typeof value === "bigint"
      ? formatNumber(value)
      : printable(withoutZeroMs(String(value)));
  });
  const isNumeric =
    numbers.length > 0 && values.every((value) => value === null || typeof value !== "string");
  const header = printable(name);
  const width = cells.reduce((widest, cell) => Math.max(widest, textWidth(cell)), textWidth(header));
  const isTime = cells.length > 0 && cells.every((cell) => cell === missing || timeText.test(cell));
  return { name: header, isNumeric, isTime, cells, width };
}

/** The columns that fit, long texts squeezed first. At least one column is always shown. */
function fit(columns: readonly TableColumn[], widthMax: number): TableColumn[] {
  const texts = columns.filter(({ isNumeric, isTime }) => !isNumeric && !isTime);
  while (totalWidth(columns) > widthMax) {
    const widest = texts.reduce<TableColumn | null>(
      (found, column) => (found === null || column.width > found.width ? column : found),
      null,
    );
    if (widest === null || widest.width <= Math.max(textWidthMin, textWidth(widest.name))) break;
    widest.width--;
  }
  const shown = [...columns];
  while (shown.length > 1 && totalWidth(shown) > widthMax) shown.pop();
  if (shown.length < columns.length)
    for (const column of shown) column.width = naturalWidth(column, shown, widthMax);
  if (shown.length === 1) shown[0]!.width = Math.min(shown[0]!.width, widthMax);
  return shown;
}

/** Columns that were squeezed for others which are not shown after all take their room back. */
function naturalWidth(column: TableColumn, shown: readonly TableColumn[], widthMax: number): number {
  const natural = column.cells.reduce(
    (widest, cell) => Math.max(widest, textWidth(cell)),
    textWidth(column.name),
  );
  const room = widthMax - totalWidth(shown);
  return Math.min(natural, column.width + Math.max(0, room));
}

function totalWidth(columns: readonly TableColumn[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0) + gap.length * (columns.length - 1);
}

function* wrappedLines(columns: readonly TableColumn[], row: number): Generator<string> {
  const texts = new Map(columns.map((column) => [column, wrap(column.cells[row]!, column.width)]));
  const height = Math.max(...[...texts.values()].map((lines) => lines.length));
  for (let index = 0; index < height; index++)
    yield line(columns, (column) => texts.get(column)![index] ?? "");
}

function line(
  columns: readonly TableColumn[],
  cellOf: (column: TableColumn) => string,
  style: (text: string) => string = (text) => text,
): string {
  const cells = columns.map((column) => {
    const cell = cut(cellOf(column), column.width);
    const padding = " ".repeat(column.width - textWidth(cell));
    return column.isNumeric ? padding + cell : cell + padding;
  });
  return `${style(cells.join(gap).trimEnd())}\n`;
}

function cut(text: string, width: number): string {
  return textWidth(text) <= width
    ? text
    : `${characters(text)
        .slice(0, Math.max(0, width - 1))
        .join("")}…`;
}

function textWidth(text: string): number {
  return characters(text).length;
}

function characters(text: string): string[] {
  return Array.from(text);
}

/** Bars start at whole seconds; three zeros in every timestamp say nothing. */
function withoutZeroMs(text: string): string {
  return /T\d{2}:\d{2}:\d{2}\.000Z$/.test(text) ? `${text.slice(0, -5)}Z` : text;
}

/** Data may hold line breaks or escape sequences, which must not reach the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => {
    const escaped = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
    return escaped ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
