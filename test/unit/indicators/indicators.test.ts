import { describe, expect, test } from "vitest";
import { TerminalError } from "../../../core/errors.ts";
import { advanceIndicators, IndicatorStates } from "../../../core/indicators/index.ts";
import { indicatorsDaily } from "../../../core/tables/index.ts";
import {
  closesOnly,
  indicatorBars,
  valueIn,
  valuesOf,
  type NumberColumn,
} from "../../helpers/indicator-bars.ts";

/** The first bar, counted from 1, on which each column has a value: TA-Lib's lookback plus one. */
const firstValueAt: Partial<Record<NumberColumn, number>> = {
  price_change: 2,
  price_change_pct: 2,
  sma_20: 20,
  sma_50: 50,
  sma_200: 200,
  ema_12: 12,
  ema_26: 26,
  macd_line: 34,
  macd_signal: 34,
  macd_histogram: 34,
  rsi_14: 15,
  bb_upper: 20,
  bb_middle: 20,
  bb_lower: 20,
  bb_position: 20,
  bb_width: 20,
  atr_14: 15,
  volatility_20: 21,
};

const sawtooth = Array.from({ length: 260 }, (_, i) => 100 + ((i * 7) % 13));

const computed = Object.keys(firstValueAt) as NumberColumn[];

function rowsOf(closes: readonly number[]) {
  return advanceIndicators(IndicatorStates.empty(), indicatorBars(closesOnly("A", closes))).rows;
}

/** The computed columns of one row. */
function rowAt(rows: ReturnType<typeof rowsOf>, row: number) {
  return Object.fromEntries(computed.map((column) => [column, valueIn(rows, column, row)]));
}

describe("warm-up", () => {
  test("covers every column that may be missing", () => {
    const nullable = indicatorsDaily.columns.filter((column) => column.nullable).map(({ name }) => name);
    expect(Object.keys(firstValueAt).sort()).toEqual([...nullable].sort());
  });

  test.each(Object.entries(firstValueAt))(
    "%s is missing before bar %i and present from it on",
    (column, bar) => {
      const values = valuesOf(rowsOf(sawtooth), column as NumberColumn);
      expect(values.slice(0, bar - 1).every((value) => value === null)).toBe(true);
      expect(values.slice(bar - 1).some((value) => value === null)).toBe(false);
    },
  );
});

describe("series out of the ordinary", () => {
  test("a flat series has its price as every average, no movement and no band position", () => {
    const rows = rowsOf(Array.from({ length: 210 }, () => 0.1));
    expect(rowAt(rows, 209)).toEqual({
      price_change: 0,
      price_change_pct: 0,
      sma_20: 0.1,
      sma_50: 0.1,
      sma_200: 0.1,
      ema_12: 0.1,
      ema_26: 0.1,
      macd_line: 0,
      macd_signal: 0,
      macd_histogram: 0,
      rsi_14: 0,
      bb_upper: 0.1,
      bb_middle: 0.1,
      bb_lower: 0.1,
      bb_position: null,
      bb_width: 0,
      atr_14: 0,
      volatility_20: 0,
    });
  });

  test("RSI is 100 where prices only rise and 0 where they only fall", () => {
    const rising = Array.from({ length: 60 }, (_, i) => 10 + i * 0.1);
    expect(valuesOf(rowsOf(rising), "rsi_14").slice(14)).toEqual(Array.from({ length: 46 }, () => 100));
    expect(valuesOf(rowsOf(rising.toReversed()), "rsi_14").slice(14)).toEqual(
      Array.from({ length: 46 }, () => 0),
    );
  });

  test("one bar has a close and nothing else", () => {
    const rows = rowsOf([42]);
    expect(valueIn(rows, "close", 0)).toBe(42);
    expect(Object.values(rowAt(rows, 0)).filter((value) => value !== null)).toEqual([]);
  });

  test("no bars give no rows and the same states", () => {
    const { rows, states } = advanceIndicators(IndicatorStates.empty(), indicatorBars());
    expect(rows.rowCount).toBe(0);
    expect(states.symbolCount).toBe(0);
  });

  test("a percentage is missing on a previous close that is not positive, a difference is not", () => {
    const rows = rowsOf([18.27, -37.63, 10.01, 0, 5]);
    expect(valuesOf(rows, "price_change")).toEqual([null, -37.63 - 18.27, 10.01 + 37.63, -10.01, 5]);
    expect(valuesOf(rows, "price_change_pct").map((value) => value === null)).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  test("volatility is missing while a close that is not positive precedes one of its returns, and recovers", () => {
    const closes = sawtooth.slice(0, 120);
    closes[60] = -1;
    const missing = valuesOf(rowsOf(closes), "volatility_20").flatMap((value, row) =>
      value === null ? [row] : [],
    );
    expect(missing).toEqual([...Array(20).keys(), ...Array.from({ length: 20 }, (_, i) => 61 + i)]);
  });

  test("a window that an outlier has left is as if it had never been there", () => {
    const calm = Array.from({ length: 300 }, (_, i) => 1 + (i % 5) * 1e-9);
    const spiked = calm.with(70, 1e12);
    const [before, after] = [rowsOf(calm), rowsOf(spiked)];
    const columns = ["sma_20", "sma_50", "sma_200", "bb_width", "volatility_20"] as const;
    const changes = columns.map((column) => valueIn(after, column, 299)! / valueIn(before, column, 299)! - 1);
    expect(Math.max(...changes.map(Math.abs))).toBeLessThan(1e-12);
  });
});

describe("computed_at", () => {
  test("is the latest time at which a bar up to the row was received", () => {
    const bars = indicatorBars(closesOnly("A", [1, 2, 3, 4]));
    bars.columns.ingested_at.set([50, 90, 70, 95]);
    const { rows, states } = advanceIndicators(IndicatorStates.empty(), bars);
    expect([...rows.columns.computed_at]).toEqual([50, 90, 90, 95]);
    const next = indicatorBars(closesOnly("A", [5], 4));
    next.columns.ingested_at[0] = 60;
    expect([...advanceIndicators(states, next).rows.columns.computed_at]).toEqual([95]);
  });
});

describe("bars that do not follow the ones before", () => {
  test("are refused with the symbol, both times and what to do", () => {
    const { states } = advanceIndicators(
      IndicatorStates.empty(),
      indicatorBars(closesOnly("AAPL", [1, 2, 3])),
    );
    expect(() => advanceIndicators(states, indicatorBars(closesOnly("AAPL", [3], 2)))).toThrow(
      'bars for indicators: expected bars of "AAPL" after 1970-01-03T00:00:00.000Z, got "1970-01-03T00:00:00.000Z"; ' +
        "sort bars by (symbol, ts), or start from the checkpoint before them",
    );
  });

  test("are refused within one call", () => {
    const bars = indicatorBars(closesOnly("AAPL", [1, 2, 3]));
    bars.columns.ts.reverse();
    expect(() => advanceIndicators(IndicatorStates.empty(), bars)).toThrow(TerminalError);
  });

  test("are refused without a symbol", () => {
    const bars = indicatorBars(closesOnly("AAPL", [1]));
    bars.columns.symbol.codes[0] = 0xffff_ffff;
    expect(() => advanceIndicators(IndicatorStates.empty(), bars)).toThrow("row 0 has no symbol");
  });
});
