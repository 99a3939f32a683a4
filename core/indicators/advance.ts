import type { Batch } from "../columnar/batch.ts";
import { TerminalError } from "../errors.ts";
import type { indicatorsDaily } from "../tables/index.ts";
import { stripLength, StripKernels } from "./kernels.ts";
import type { IndicatorStates } from "./state.ts";
import { slotCount } from "./state.ts";
import type { IndicatorColumns, IndicatorInput } from "./strip.ts";

/**
 * Appends bars: returns the indicator rows for exactly these bars and the states after them; the given states are not
 * changed. Any split of a series into calls gives the same rows, bit for bit, which is also why a long run of one
 * symbol may be cut into strips here. Columns that would be equal share an array, also with the input. A value that
 * overflows, which takes prices beyond 1e70, is missing.
 * @throws TerminalError where a bar is not later than the bar before it of its symbol.
 */
export function advanceIndicators(
  states: IndicatorStates,
  bars: IndicatorInput,
): { rows: Batch<typeof indicatorsDaily>; states: IndicatorStates } {
  const runs = runsOf(bars);
  const next = states.copyWith(runs.map((run) => run.symbol));
  const positions = new Map(next.symbols.map((symbol, position) => [symbol, position]));
  const columns = newColumns(bars);
  const kernels = new StripKernels(bars.columns, columns);
  for (const { symbol, begin, end } of runs) {
    const base = positions.get(symbol)! * slotCount;
    const slots = next.slots.subarray(base, base + slotCount);
    for (let row = begin; row < end; row += stripLength) {
      kernels.advance(slots, row, Math.min(row + stripLength, end));
    }
  }
  return { rows: { rowCount: bars.rowCount, columns }, states: next };
}

/** Consecutive rows of one symbol. */
interface Run {
  readonly symbol: string;
  readonly begin: number;
  readonly end: number;
}

function runsOf({ rowCount, columns: { symbol } }: IndicatorInput): Run[] {
  const { values, codes } = symbol;
  const runs: Run[] = [];
  for (let begin = 0, end = 0; begin < rowCount; begin = end) {
    const code = codes[begin]!;
    while (end < rowCount && codes[end] === code) end++;
    const name = values[code];
    if (name === undefined) {
      throw new TerminalError(`bars for indicators: row ${begin} has no symbol; every bar needs one`);
    }
    runs.push({ symbol: name, begin, end });
  }
  return runs;
}

function newColumns({ rowCount, columns: { symbol, ts, close } }: IndicatorInput): IndicatorColumns {
  const column = () => new Float64Array(rowCount);
  const mean20 = column();
  return {
    symbol,
    ts,
    close,
    price_change: column(),
    price_change_pct: column(),
    sma_20: mean20,
    sma_50: column(),
    sma_200: column(),
    ema_12: column(),
    ema_26: column(),
    macd_line: column(),
    macd_signal: column(),
    macd_histogram: column(),
    rsi_14: column(),
    bb_upper: column(),
    bb_middle: mean20,
    bb_lower: column(),
    bb_position: column(),
    bb_width: column(),
    atr_14: column(),
    volatility_20: column(),
    computed_at: column(),
  };
}
