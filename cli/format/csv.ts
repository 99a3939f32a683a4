/**
 * CSV as in RFC 4180, with a header line; lines end in LF, as tools on Unix expect. A null is an empty field, an empty
 * text is `""`. Numbers are written with all their digits.
 */
import type { QueryValue } from "../../core/ports.ts";
import type { Rows } from "./rows.ts";

export function* formatCsv({ columns, rows }: Rows): Generator<string> {
  yield `${columns.map(({ name }) => csvField(name)).join(",")}\n`;
  for (const row of rows) yield `${row.map(csvField).join(",")}\n`;
}

function csvField(value: QueryValue): string {
  if (value === null) return "";
  const text = String(value);
  const needsQuotes = typeof value === "string" && (text === "" || /[",\r\n]/.test(text));
  return needsQuotes ? `"${text.replaceAll('"', '""')}"` : text;
}
