import type { Batch } from "../../columnar/batch.ts";
import type { Receipt } from "../../providers/provider.ts";
import type { rawBars } from "../../tables/index.ts";
import { appendCarefully } from "./careful-row.ts";
import { CsvError, quote } from "./error.ts";
import { layoutOf, type Layout } from "./header.ts";
import { LineParser } from "./line-parser.ts";
import { carriageReturn, lineFeed, recordEnd, splitRecord } from "./record.ts";
import { RowBuffer } from "./rows.ts";
import { binaryKind, decodeText, startsWithByteOrderMark } from "./text.ts";

/** A longer line is no line of bars; also the most that is held back between two chunks. */
const lineBytesMax = 1_048_576;
const readErrorsMax = 20;
const numberSign = 0x23;
/** Bytes that tell text from other formats. */
const signatureBytes = 4;

/** A row with a cell that could not be read. The row itself is kept. */
export interface ReadError {
  readonly line: number;
  readonly problem: string;
}

/**
 * Reads bars from CSV as its bytes arrive, in chunks cut anywhere. Header `symbol,ts,open,high,low,close,volume` in any
 * order, `adj_close` and `currency` optional, other columns passed over. Empty cells are missing values. A row with an
 * unreadable cell is kept, the cell missing, with `parse_error` and `received_text`. Blank lines hold nothing.
 *
 * After a `CsvError` the rows before it can still be drained.
 */
export class BarsCsvReader {
  readonly #receipt: Receipt;
  readonly #source: string;
  readonly #rows = new RowBuffer();
  readonly #readErrors: ReadError[] = [];
  #layout: Layout | null = null;
  #parser: LineParser | null = null;
  /** Start of a record whose end has not come yet. */
  #carry: Uint8Array = new Uint8Array(0);
  #isStarted = false;
  #isEnded = false;
  #line = 1;
  #drainedCount = 0;
  #errorCount = 0;

  /** @param source names the file in errors */
  constructor(receipt: Receipt, source: string) {
    this.#receipt = receipt;
    this.#source = source;
  }

  /** Rows read since the start. */
  get rowCount(): number {
    return this.#drainedCount + this.#rows.count;
  }

  /** Rows that `drain` would return. */
  get pendingRowCount(): number {
    return this.#rows.count;
  }

  /** Rows with a cell that could not be read. */
  get errorCount(): number {
    return this.#errorCount;
  }

  /** The first of them. */
  get readErrors(): readonly ReadError[] {
    return this.#readErrors;
  }

  /** @throws CsvError where the file cannot be read on. The chunk may be used again afterwards. */
  push(chunk: Uint8Array): void {
    if (this.#isEnded) throw new TypeError(`CSV "${this.#source}": push after the end`);
    const bytes = this.#carry.length === 0 ? chunk : Buffer.concat([this.#carry, chunk]);
    const end = this.#read(bytes);
    if (bytes.length - end > lineBytesMax) this.#failLongLine();
    this.#carry = new Uint8Array(bytes.subarray(end));
  }

  /**
   * The file is complete: a last line without a line feed is a row.
   * @throws CsvError as `push`, and for a quote that is never closed or a file without a header.
   */
  finish(): void {
    if (this.#isEnded) return;
    const carry = this.#carry;
    this.abandon();
    if (carry.length > 0 && this.#read(Buffer.concat([carry, Uint8Array.of(lineFeed)])) <= carry.length) {
      this.#fail("a quoted cell of the record that starts here is never closed");
    }
    if (this.#parser === null) {
      this.#fail("the file is empty; expected a header such as symbol,ts,open,high,low,close,volume");
    }
  }

  /** The file ends too early: drops the incomplete last line. Returns how many bytes that were. */
  abandon(): number {
    const dropped = this.#carry.length;
    this.#carry = new Uint8Array(0);
    this.#isEnded = true;
    return dropped;
  }

  /** The rows read since the last call, in file order. */
  drain(): Batch<typeof rawBars> {
    this.#drainedCount += this.#rows.count;
    return this.#rows.drain(this.#receipt);
  }

  /** Reads whole records. Returns where the first incomplete one starts. */
  #read(bytes: Uint8Array): number {
    if (!this.#isStarted && bytes.length < signatureBytes && !this.#isEnded) return 0;
    let at = this.#isStarted ? 0 : this.#start(bytes);
    const end = bytes.lastIndexOf(lineFeed) + 1;
    while (at < end) {
      const next = this.#parser === null || bytes[at] === numberSign ? -1 : this.#parser.parse(bytes, at);
      if (next >= 0) {
        if (next - at > lineBytesMax) this.#failLongLine();
        this.#rows.count++;
        this.#line++;
        at = next;
      } else {
        const feed = recordEnd(bytes, at, end);
        if ((feed < 0 ? end : feed) - at > lineBytesMax) this.#failLongLine();
        if (feed < 0) return at;
        this.#readCarefully(bytes.subarray(at, feed));
        at = feed + 1;
      }
    }
    return at;
  }

  /** Refuses files that are no text. Returns where the text starts. */
  #start(bytes: Uint8Array): number {
    this.#isStarted = true;
    const kind = binaryKind(bytes);
    if (kind !== null) this.#fail(`expected text, this is ${kind}`);
    return startsWithByteOrderMark(bytes) ? 3 : 0;
  }

  /** A record by the book: the header, quoted cells, blank lines, and whatever is wrong. */
  #readCarefully(record: Uint8Array): void {
    const text = decodeText(record.at(-1) === carriageReturn ? record.subarray(0, -1) : record);
    if (text === null) this.#fail("expected UTF-8 text, found bytes that are none; save the file as UTF-8");
    if (text.startsWith("#")) {
      this.#fail(`comments are not part of CSV, got ${quote(text)}; remove the line`);
    }
    if (text !== "") {
      if (this.#layout === null) this.#readHeader(text);
      else this.#readRow(this.#layout, text);
    }
    this.#line += text.split("\n").length;
  }

  #readHeader(text: string): void {
    const { cells } = splitRecord(text);
    this.#layout = layoutOf(this.#source, this.#line, text, cells);
    this.#parser = new LineParser(this.#rows, this.#layout, this.#receipt.interval);
  }

  #readRow(layout: Layout, text: string): void {
    const problem = appendCarefully(this.#rows, layout, this.#receipt.interval, this.#line, text);
    if (problem === null) return;
    this.#errorCount++;
    if (this.#readErrors.length < readErrorsMax) this.#readErrors.push({ line: this.#line, problem });
  }

  #failLongLine(): never {
    this.#fail(`the line is longer than ${lineBytesMax} bytes; is a line feed or a closing quote missing?`);
  }

  #fail(problem: string): never {
    this.abandon();
    throw new CsvError(this.#source, this.#line, null, problem);
  }
}
