/** What one run of transform has read, rejected and written. */
import type { Bars } from "../bars/bars.ts";
import type { UnreadableObjectError } from "../errors.ts";
import type { Period } from "../market.ts";
import type { RawSource } from "../messages/index.ts";
import type { TimeRange } from "./base-currency.ts";
import type { StageResult } from "./context.ts";
import type { JudgedRows, RawObject } from "./raw-sources.ts";
import type { Rewritten } from "./rewrite.ts";
import { timeRange } from "./raw-groups.ts";

export class TransformTally {
  firstPeriod: Period | null = null;
  /** The first unreadable object; the batch runner takes its message out and runs the rest again. */
  unreadable: UnreadableObjectError | null = null;
  readonly #seen = new Set<string>();
  readonly #misplanned: RawSource[] = [];
  #rowsIn = 0;
  #rowsOut = 0;
  #rowsRejected = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  #newestBarMs = -Infinity;
  #oldestBarMs = Infinity;

  readActions(rows: number, sizeBytes: number): void {
    this.#rowsIn += rows;
    this.#bytesIn += sizeBytes;
  }

  wroteActions(rows: number, { bytesRead, bytesWritten }: Rewritten): void {
    this.#rowsOut += rows;
    this.#bytesIn += bytesRead;
    this.#bytesOut += bytesWritten;
  }

  /** A source that stands in two windows is read twice but counted once. */
  read(source: RawSource, { rows, sizeBytes }: RawObject, judged: JudgedRows): void {
    this.#bytesIn += sizeBytes;
    this.#bytesOut += judged.bytesWritten;
    if (this.#seen.has(source.key)) return;
    this.#seen.add(source.key);
    this.#rowsIn += rows.rowCount;
    this.#rowsRejected += judged.rejectedCount;
    const actual = { ...source, ...timeRange(judged.accepted.columns.ts) };
    const isOutside = actual.fromMs < source.fromMs || actual.toMs > source.toMs;
    if (judged.accepted.rowCount > 0 && isOutside) this.#misplanned.push(actual);
  }

  /** Sources with rows outside the range that their message gave, with the actual range: they need other windows. */
  takeMisplanned(): RawSource[] {
    return this.#misplanned.splice(0);
  }

  wrote(period: Period, bars: readonly Bars[], written: { bytesRead: number; bytesWritten: number }): void {
    if (this.firstPeriod === null || period < this.firstPeriod) this.firstPeriod = period;
    this.#bytesIn += written.bytesRead;
    this.#bytesOut += written.bytesWritten;
    for (const { rowCount, columns } of bars) {
      this.#rowsOut += rowCount;
      for (let row = 0; row < rowCount; row++) {
        if (columns.ts[row]! > this.#newestBarMs) this.#newestBarMs = columns.ts[row]!;
        if (columns.ts[row]! < this.#oldestBarMs) this.#oldestBarMs = columns.ts[row]!;
      }
    }
  }

  /** The times of all bars written; null where there were none. */
  get changed(): TimeRange | null {
    if (this.#newestBarMs === -Infinity) return null;
    return { fromMs: this.#oldestBarMs, toMs: this.#newestBarMs + 1 };
  }

  result(): StageResult {
    return {
      rowsIn: this.#rowsIn,
      rowsOut: this.#rowsOut,
      rowsRejected: this.#rowsRejected,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      newestBarMs: this.#newestBarMs === -Infinity ? null : this.#newestBarMs,
    };
  }
}
