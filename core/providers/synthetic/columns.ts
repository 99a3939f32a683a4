/** Columns of raw bars that grow while bars are generated. */
import { constantNumber, constantString, type Batch } from "../../columnar/batch.ts";
import type { rawBars } from "../../tables/index.ts";
import type { Receipt } from "../provider.ts";

export interface GeneratedBar {
  tsMs: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  isFinal: boolean;
}

export interface BarColumns {
  readonly rowCount: number;
  append(symbol: number, bar: GeneratedBar): void;
  /** Exchanges the last two rows. */
  swapLast(): void;
  /** @param symbols names of the symbol numbers given to `append`. */
  finish(symbols: readonly string[], receipt: Receipt): Batch<typeof rawBars>;
}

const fields = ["ts", "open", "high", "low", "close", "volume"] as const;

export function createBarColumns(): BarColumns {
  let capacity = 1_024;
  let rowCount = 0;
  let symbol = new Uint32Array(capacity);
  let isFinal = new Uint8Array(capacity);
  let numbers = fields.map(() => new Float64Array(capacity));

  const grow = () => {
    capacity *= 2;
    symbol = enlarged(symbol, new Uint32Array(capacity));
    isFinal = enlarged(isFinal, new Uint8Array(capacity));
    numbers = numbers.map((column) => enlarged(column, new Float64Array(capacity)));
  };

  return {
    get rowCount() {
      return rowCount;
    },
    append(symbolNumber, bar) {
      if (rowCount === capacity) grow();
      const [ts, open, high, low, close, volume] = numbers;
      symbol[rowCount] = symbolNumber;
      isFinal[rowCount] = bar.isFinal ? 1 : 0;
      ts![rowCount] = bar.tsMs;
      open![rowCount] = bar.open;
      high![rowCount] = bar.high;
      low![rowCount] = bar.low;
      close![rowCount] = bar.close;
      volume![rowCount] = bar.volume;
      rowCount++;
    },
    swapLast() {
      for (const column of [symbol, isFinal, ...numbers]) {
        [column[rowCount - 1], column[rowCount - 2]] = [column[rowCount - 2]!, column[rowCount - 1]!];
      }
    },
    finish(symbols, receipt) {
      const [ts, open, high, low, close, volume] = numbers.map((column) => column.slice(0, rowCount));
      return {
        rowCount,
        columns: {
          symbol: { values: symbols, codes: symbol.slice(0, rowCount) },
          ts: ts!,
          open: open!,
          high: high!,
          low: low!,
          close: close!,
          adj_close: constantNumber(Number.NaN, rowCount),
          volume: volume!,
          currency: constantString(receipt.currency, rowCount),
          adjustment: constantString(receipt.adjustment, rowCount),
          is_final: isFinal.slice(0, rowCount),
          provider: constantString(receipt.provider, rowCount),
          ingested_at: constantNumber(receipt.ingestedAtMs, rowCount),
          run_id: constantString(receipt.runId, rowCount),
          parse_error: constantString(null, rowCount),
          received_text: constantString(null, rowCount),
        },
      };
    },
  };
}

function enlarged<A extends Uint32Array | Uint8Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
