import type { Interval } from "../../market.ts";
import { parseNumber, parseTime } from "./cells.ts";
import type { BarColumn, Layout } from "./header.ts";
import { splitRecord } from "./record.ts";
import type { RowBuffer } from "./rows.ts";

const receivedTextCharsMax = 1_000;

/**
 * Appends the row that `text` holds, whatever is wrong with it: an unreadable cell is missing, a row with the wrong
 * number of cells has none.
 * @returns what could not be read, which the row carries too, or null.
 */
export function appendCarefully(
  rows: RowBuffer,
  layout: Layout,
  interval: Interval,
  line: number,
  text: string,
): string | null {
  rows.reserve();
  rows.clearRow();
  const { cells, malformedCell } = splitRecord(text);
  const problems: string[] = [];
  if (cells.length !== layout.length) {
    problems.push(`line ${line}: expected ${layout.length} cells, got ${cells.length}`);
  } else {
    for (const [index, name] of layout.entries()) {
      if (name === null) continue;
      const problem =
        index === malformedCell
          ? "text behind a closing quote"
          : setCell(rows, name, cells[index]!, interval);
      if (problem !== null) problems.push(`line ${line}, column ${index + 1} (${name}): ${problem}`);
    }
  }
  if (problems.length === 0) {
    rows.count++;
    return null;
  }
  const problem = problems.join("; ");
  rows.commitTroubled(problem, text.slice(0, receivedTextCharsMax));
  return problem;
}

function setCell(rows: RowBuffer, name: BarColumn, text: string, interval: Interval): string | null {
  const row = rows.count;
  if (name === "symbol") rows.symbolCodes[row] = rows.symbols.codeOfText(text.trim());
  else if (name === "currency") rows.currencyCodes[row] = rows.currencies.codeOfText(text.trim());
  else {
    const cell = name === "ts" ? parseTime(text, interval) : parseNumber(text);
    if (cell.problem !== null) return cell.problem;
    (name === "ts" ? rows.ts : rows.numbers[name])[row] = cell.value;
  }
  return null;
}
