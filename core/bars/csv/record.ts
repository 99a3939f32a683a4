/** Records by RFC 4180 (https://www.rfc-editor.org/rfc/rfc4180): quoted cells may hold commas, quotes and line breaks. */

export const comma = 0x2c;
export const lineFeed = 0x0a;
export const carriageReturn = 0x0d;
export const doubleQuote = 0x22;

/**
 * Where the line feed stands that ends the record starting at `from`, or −1 where `bytes[from..to)` ends before it
 * does. A quote opens a quoted cell only as the cell's first byte.
 */
export function recordEnd(bytes: Uint8Array, from: number, to: number): number {
  let isQuoted = false;
  let isCellStart = true;
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (isQuoted) {
      if (byte === doubleQuote) {
        if (bytes[at + 1] === doubleQuote) at++;
        else isQuoted = false;
      }
    } else if (byte === doubleQuote && isCellStart) {
      isQuoted = true;
    } else if (byte === lineFeed) {
      return at;
    }
    isCellStart = !isQuoted && byte === comma;
  }
  return -1;
}

export interface Record {
  readonly cells: readonly string[];
  /** 0-based cell that has text behind its closing quote, or −1. */
  readonly malformedCell: number;
}

/** The cells of a record without its line end. Blanks belong to cells. */
export function splitRecord(text: string): Record {
  const cells: string[] = [];
  let malformedCell = -1;
  let at = 0;
  while (at <= text.length) {
    let cell = "";
    if (text[at] === '"') {
      const close = closingQuote(text, at + 1);
      cell = text.slice(at + 1, close).replaceAll('""', '"');
      at = close + 1;
    }
    const end = nextComma(text, at);
    if (end > at) {
      if (cell !== "" || text[at - 1] === '"') malformedCell = cells.length;
      cell += text.slice(at, end);
    }
    cells.push(cell);
    at = end + 1;
  }
  return { cells, malformedCell };
}

function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at < 0 ? text.length : at;
}

function nextComma(text: string, from: number): number {
  const at = text.indexOf(",", from);
  return at < 0 ? text.length : at;
}
