import { TransientError } from "../../../core/errors.ts";

/** A cell of Athena's CSV: quoted with quotes doubled, or bare; a bare empty cell is null. Ends before `,` or a line end. */
const cell = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/**
 * Rows of a result object, header first. Athena quotes every value, so null (nothing between commas) and the empty
 * string (`""`) differ.
 */
export function parseAthenaCsv(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  cell.lastIndex = 0;
  while (cell.lastIndex < text.length || row.length > 0) {
    const match = cell.exec(text);
    if (match === null) throw new TransientError("result object of Athena is cut off; run the query again");
    const [, quoted, bare, end] = match;
    row.push(quoted === undefined ? bare || null : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
