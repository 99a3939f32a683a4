import {
  constantNumber,
  constantString,
  nullCode,
  type Batch,
  type StringColumn,
} from "../../columnar/batch.ts";
import { intervalMs } from "../../market.ts";
import type { Receipt } from "../../providers/provider.ts";
import type { rawBars } from "../../tables/index.ts";
import { ByteDictionary } from "./byte-dictionary.ts";
import { numberColumns, type NumberColumn } from "./header.ts";

const initialCapacity = 4_096;

interface Trouble {
  readonly row: number;
  readonly problem: string;
  readonly receivedText: string;
}

/** Rows read and not yet drained, in growing columns. A row is written at `count`, then committed. */
export class RowBuffer {
  count = 0;
  readonly symbols = new ByteDictionary();
  readonly currencies = new ByteDictionary();
  ts = new Float64Array(initialCapacity);
  symbolCodes = new Uint32Array(initialCapacity);
  currencyCodes = new Uint32Array(initialCapacity).fill(nullCode);
  readonly numbers: Record<NumberColumn, Float64Array>;
  #troubles: Trouble[] = [];

  constructor() {
    const entries = numberColumns.map((name) => [name, absentNumbers(initialCapacity)] as const);
    this.numbers = Object.fromEntries(entries) as Record<NumberColumn, Float64Array>;
  }

  /** Makes room for one more row. Returns whether the arrays are new ones. */
  reserve(): boolean {
    if (this.count < this.ts.length) return false;
    const capacity = 2 * this.ts.length;
    this.ts = grown(this.ts, new Float64Array(capacity));
    this.symbolCodes = grown(this.symbolCodes, new Uint32Array(capacity));
    this.currencyCodes = grown(this.currencyCodes, new Uint32Array(capacity).fill(nullCode));
    for (const name of numberColumns) this.numbers[name] = grown(this.numbers[name], absentNumbers(capacity));
    return true;
  }

  /** Commits a row that could not be read in full. */
  commitTroubled(problem: string, receivedText: string): void {
    this.#troubles.push({ row: this.count, problem, receivedText });
    this.count++;
  }

  /** Nothing of the row at `count` is known yet. */
  clearRow(): void {
    this.ts[this.count] = Number.NaN;
    this.symbolCodes[this.count] = nullCode;
    this.currencyCodes[this.count] = nullCode;
    for (const name of numberColumns) this.numbers[name][this.count] = Number.NaN;
  }

  /** The rows as raw bars of `receipt`; the buffer is empty afterwards. */
  drain(receipt: Receipt): Batch<typeof rawBars> {
    const { count, numbers } = this;
    const ts = this.ts.slice(0, count);
    const batch: Batch<typeof rawBars> = {
      rowCount: count,
      columns: {
        symbol: { values: this.symbols.texts.slice(), codes: this.symbolCodes.slice(0, count) },
        ts,
        open: numbers.open.slice(0, count),
        high: numbers.high.slice(0, count),
        low: numbers.low.slice(0, count),
        close: numbers.close.slice(0, count),
        adj_close: numbers.adj_close.slice(0, count),
        volume: numbers.volume.slice(0, count),
        currency: this.#currency(receipt.currency),
        adjustment: constantString(receipt.adjustment, count),
        is_final: finality(ts, receipt),
        provider: constantString(receipt.provider, count),
        ingested_at: constantNumber(receipt.ingestedAtMs, count),
        run_id: constantString(receipt.runId, count),
        parse_error: this.#troubleColumn("problem"),
        received_text: this.#troubleColumn("receivedText"),
      },
    };
    this.count = 0;
    this.#troubles = [];
    return batch;
  }

  /** The row's own currency where it has one, else that of the receipt. */
  #currency(fallback: string | null): StringColumn {
    const { texts } = this.currencies;
    if (texts.length === 0) return constantString(fallback, this.count);
    const codes = this.currencyCodes.slice(0, this.count);
    if (fallback === null) return { values: texts.slice(), codes };
    const known = texts.indexOf(fallback);
    const values = known < 0 ? [...texts, fallback] : texts.slice();
    const fallbackCode = known < 0 ? texts.length : known;
    return { values, codes: codes.map((code) => (code === nullCode ? fallbackCode : code)) };
  }

  #troubleColumn(field: "problem" | "receivedText"): StringColumn {
    const codes = new Uint32Array(this.count).fill(nullCode);
    const values = this.#troubles.map((trouble, code) => {
      codes[trouble.row] = code;
      return trouble[field];
    });
    return { values, codes };
  }
}

/** A bar is final once its interval lay in the past when it was received. */
function finality(ts: Float64Array, receipt: Receipt): Uint8Array {
  const newestFinalMs = receipt.ingestedAtMs - intervalMs[receipt.interval];
  const isFinal = new Uint8Array(ts.length);
  for (let row = 0; row < ts.length; row++) isFinal[row] = ts[row]! > newestFinalMs ? 0 : 1;
  return isFinal;
}

const absentNumbers = (capacity: number) => new Float64Array(capacity).fill(Number.NaN);

function grown<A extends Float64Array | Uint32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
