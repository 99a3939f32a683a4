import { TerminalError } from "../../errors.ts";

/** A CSV file that cannot be read on: the rows before `line` are good. */
export class CsvError extends TerminalError {
  override name: string = "CsvError";
  /** Name of the file. */
  readonly source: string;
  /** 1-based line of the file. */
  readonly line: number;
  /** 1-based cell of the line, or null where the line as a whole is meant. */
  readonly column: number | null;

  constructor(source: string, line: number, column: number | null, problem: string) {
    const place = column === null ? `line ${line}` : `line ${line}, column ${column}`;
    super(`CSV "${source}", ${place}: ${problem}`);
    this.source = source;
    this.line = line;
    this.column = column;
  }
}

const quotedCharsMax = 80;

/** `text` in quotes for a message, with control characters escaped, cut to a bearable length. */
export function quote(text: string): string {
  return text.length <= quotedCharsMax
    ? JSON.stringify(text)
    : `${JSON.stringify(text.slice(0, quotedCharsMax))}… (${text.length} characters)`;
}
