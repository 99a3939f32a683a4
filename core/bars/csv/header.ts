/** What each column of a bars file means, by its header. */
import { CsvError, quote } from "./error.ts";

const priceColumns = ["open", "high", "low", "close"] as const;
const requiredColumns = ["symbol", "ts", ...priceColumns, "volume"] as const;
const optionalColumns = ["adj_close", "currency"] as const;

export type BarColumn = (typeof requiredColumns)[number] | (typeof optionalColumns)[number];
export type NumberColumn = Exclude<BarColumn, "symbol" | "ts" | "currency">;
export const numberColumns = [...priceColumns, "adj_close", "volume"] as const satisfies NumberColumn[];

/** Names that vendors use for the same columns. */
const aliases: Readonly<Record<string, BarColumn>> = {
  ticker: "symbol",
  date: "ts",
  time: "ts",
  datetime: "ts",
  timestamp: "ts",
  "adj close": "adj_close",
  adjclose: "adj_close",
  "adjusted close": "adj_close",
  adjusted_close: "adj_close",
};

/** Column by column of the file; null for those that bars do not have, which are passed over. */
export type Layout = readonly (BarColumn | null)[];

/** @throws CsvError where required columns are missing or a column appears twice. */
export function layoutOf(source: string, line: number, headerText: string, cells: readonly string[]): Layout {
  const layout = cells.map((cell) => barColumnOf(cell));
  const missing = requiredColumns.filter((name) => !layout.includes(name));
  if (missing.length > 0) {
    throw new CsvError(source, line, null, delimiterProblem(headerText) ?? missingProblem(missing, cells));
  }
  for (const [index, name] of layout.entries()) {
    const first = layout.indexOf(name);
    if (name === null || first === index) continue;
    const problem = `header ${quote(cells[index]!)} repeats column ${first + 1} (${quote(cells[first]!)}); keep one of them`;
    throw new CsvError(source, line, index + 1, problem);
  }
  return layout;
}

function barColumnOf(cell: string): BarColumn | null {
  const name = cell.trim().toLowerCase();
  const known: readonly string[] = [...requiredColumns, ...optionalColumns];
  return known.includes(name) ? (name as BarColumn) : (aliases[name] ?? null);
}

/** A header that is right but for its delimiter. */
function delimiterProblem(headerText: string): string | null {
  for (const [delimiter, name] of [
    [";", "semicolon"],
    ["\t", "tab"],
    ["|", "vertical bar"],
  ] as const) {
    const found = new Set(headerText.split(delimiter).map((cell) => barColumnOf(cell.replaceAll('"', ""))));
    if (requiredColumns.every((column) => found.has(column))) {
      return `the delimiter is a ${name}, expected a comma; convert the file to comma-separated values`;
    }
  }
  return null;
}

function missingProblem(missing: readonly string[], cells: readonly string[]): string {
  return [
    `the header lacks ${missing.join(", ")}; expected ${requiredColumns.join(",")}`,
    ` (any order; ${optionalColumns.join(", ")} optional), found ${quote(cells.join(","))}`,
    missing.length === 1 && missing[0] === "symbol" ? "; add a column with the symbol of each row" : "",
  ].join("");
}
