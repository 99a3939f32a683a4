/**
 * Files of corporate actions: ours, with the header `symbol,ex_date,kind,ratio,amount,currency`, and LEAN's factors,
 * with `symbol,date,price_factor,split_factor,reference_price`. They are small, so they are read whole, and one bad
 * row refuses the file: half of a history of splits would be worse than none.
 */
import { TerminalError } from "../errors.ts";
import type { CorporateAction } from "../providers/provider.ts";
import { actionsOfFactors } from "./lean-factors.ts";

const actionsHeader = "symbol,ex_date,kind,ratio,amount,currency";
const factorsHeader = "symbol,date,price_factor,split_factor,reference_price";

/**
 * @param currency of amounts, where the file does not say.
 * @throws TerminalError that names file, line and what was expected there.
 */
export function parseActionsCsv(text: string, fileName: string, currency: string | null): CorporateAction[] {
  const [header = "", ...lines] = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const rows = lines.flatMap((line, index) =>
    line === "" ? [] : [new CsvRow(fileName, index + 2, line.split(","))],
  );
  if (header === actionsHeader) return rows.map((row) => actionOf(row, currency));
  if (header === factorsHeader) {
    const factors = rows.map((row) => ({
      symbol: row.text(0, 5),
      date: row.date(1),
      priceFactor: row.number(2),
      splitFactor: row.number(3),
      referencePrice: row.number(4),
    }));
    return actionsOfFactors(factors, currency);
  }
  throw new TerminalError(
    `file "${fileName}": expected the header "${actionsHeader}" or "${factorsHeader}", got "${header}"`,
  );
}

function actionOf(row: CsvRow, currency: string | null): CorporateAction {
  const kind = row.text(2, 6);
  if (kind !== "split" && kind !== "dividend") throw row.problem(2, 'the kind "split" or "dividend"');
  return {
    symbol: row.text(0, 6),
    exDate: row.date(1),
    kind,
    ratio: kind === "split" ? row.number(3) : null,
    amount: kind === "dividend" ? row.number(4) : null,
    currency: row.cells[5] === "" ? currency : row.text(5, 6),
  };
}

class CsvRow {
  readonly #fileName: string;
  readonly #line: number;
  readonly cells: readonly string[];

  constructor(fileName: string, line: number, cells: readonly string[]) {
    this.#fileName = fileName;
    this.#line = line;
    this.cells = cells;
  }

  text(column: number, columns: number): string {
    if (this.cells.length !== columns) throw this.problem(column, `${columns} cells, without quotes,`);
    const cell = this.cells[column]!;
    if (cell === "") throw this.problem(column, "a text");
    return cell;
  }

  number(column: number): number {
    const cell = this.cells[column] ?? "";
    const value = Number(cell);
    if (!/\d/.test(cell) || !Number.isFinite(value)) throw this.problem(column, "a number");
    return value;
  }

  date(column: number): string {
    const cell = this.cells[column] ?? "";
    if (!/^\d{4}-\d{2}-\d{2}$/.test(cell)) throw this.problem(column, "a date such as 2026-11-20");
    return cell;
  }

  problem(column: number, expected: string): TerminalError {
    return new TerminalError(
      `file "${this.#fileName}", line ${this.#line}, column ${column + 1}: expected ${expected}, got "${this.cells[column] ?? ""}"; mend the line and load the file again, nothing of it is loaded`,
    );
  }
}
