import type { Column } from "../../tables/table.ts";
import { nullCode, type ColumnData } from "../batch.ts";

/** One column of a batch, filled row group by row group. String columns get one dictionary for all of them. */
export class ColumnBuilder {
  readonly column: Column;
  readonly #numbers: Float64Array;
  readonly #flags: Uint8Array;
  readonly #codes: Uint32Array;
  readonly #texts: string[] = [];
  readonly #codeOf = new Map<string, number>();
  readonly #rowCount: number;
  #filled = 0;

  constructor(column: Column, rowCount: number) {
    const { type } = column;
    this.column = column;
    this.#rowCount = rowCount;
    this.#codes = new Uint32Array(type === "string" ? rowCount : 0);
    this.#flags = new Uint8Array(type === "boolean" ? rowCount : 0);
    this.#numbers = new Float64Array(type === "string" || type === "boolean" ? 0 : rowCount);
  }

  /** The next `rows` rows, to be filled by the caller; only those of the column's type are not empty. */
  next(rows: number): { numbers: Float64Array; flags: Uint8Array; codes: Uint32Array } {
    const from = this.#filled;
    this.#filled += rows;
    if (this.#filled > this.#rowCount) throw new RangeError(`more than ${this.#rowCount} rows`);
    return {
      numbers: this.#numbers.subarray(from, from + rows),
      flags: this.#flags.subarray(from, from + rows),
      codes: this.#codes.subarray(from, from + rows),
    };
  }

  codeOf(text: string): number {
    const known = this.#codeOf.get(text);
    if (known !== undefined) return known;
    const code = this.#texts.push(text) - 1;
    this.#codeOf.set(text, code);
    return code;
  }

  /** @throws RangeError where rows are absent, or a required column lacks a value. */
  finish(): ColumnData {
    const { name, type, nullable } = this.column;
    if (this.#filled !== this.#rowCount) {
      throw new RangeError(`column "${name}" has ${this.#filled} of ${this.#rowCount} rows`);
    }
    if (!nullable) {
      const row = type === "string" ? this.#codes.indexOf(nullCode) : this.#numbers.findIndex(Number.isNaN);
      if (row >= 0) throw new RangeError(`required column "${name}" has no value in row ${row}`);
    }
    if (type === "string") return { values: this.#texts, codes: this.#codes };
    return type === "boolean" ? this.#flags : this.#numbers;
  }
}
