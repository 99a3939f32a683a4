/** Laws of the indicators: any split gives the same bits, scales carry through, nothing infinite comes out. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeStrings } from "../../core/columnar/batch.ts";
import {
  advanceIndicators,
  decodeCheckpoint,
  encodeCheckpoint,
  IndicatorStates,
  type IndicatorInput,
} from "../../core/indicators/index.ts";
import { indicatorsDaily } from "../../core/tables/index.ts";
import {
  indicatorBars,
  type BarSeries,
  type NumberColumn,
  type NumberColumns,
} from "../helpers/indicator-bars.ts";

const numberColumns = indicatorsDaily.columns
  .map(({ name }) => name)
  .filter((name): name is NumberColumn => name !== "symbol");

/** Prices as they come (walks in cents), jumps over many orders of magnitude, flat stretches, zero and negative ones. */
const close = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 9_000, max: 11_000 }).map((cents) => cents / 100) },
  { weight: 3, arbitrary: fc.constant(100) },
  { weight: 1, arbitrary: fc.double({ min: 1e-8, max: 1e7, noNaN: true }) },
  { weight: 1, arbitrary: fc.integer({ min: -5_000, max: 5_000 }).map((cents) => cents / 100) },
);
const anyDouble = fc.double({ noNaN: true, noDefaultInfinity: true });

function seriesOf(price: fc.Arbitrary<number>, lengthMax: number): fc.Arbitrary<Omit<BarSeries, "symbol">> {
  return fc
    .array(fc.tuple(price, fc.double({ min: 0, max: 2, noNaN: true })), { maxLength: lengthMax, size: "max" })
    .map((bars) => ({
      close: bars.map(([value]) => value),
      high: bars.map(([value, range]) => value + range),
      low: bars.map(([value, range]) => value - range),
    }));
}

function bitsOf(batches: readonly { readonly columns: NumberColumns }[]) {
  return Object.fromEntries(
    numberColumns.map((name) => [
      name,
      Buffer.concat(batches.map(({ columns }) => new Uint8Array(withOneNaN(columns[name]).buffer))),
    ]),
  );
}

/** A missing value is any NaN: its bits are the processor's choice and reach no file. */
function withOneNaN(values: Float64Array): Float64Array<ArrayBuffer> {
  return Float64Array.from(values, (value) => (Number.isNaN(value) ? Number.NaN : value));
}

function throughCheckpoint(states: IndicatorStates): IndicatorStates {
  return decodeCheckpoint("key", encodeCheckpoint({ barsEtag: "a", previous: "b" }, states)).states;
}

function takeBars(bars: IndicatorInput, rows: readonly number[]): IndicatorInput {
  const { symbol, ...numbers } = bars.columns;
  const take = (column: Float64Array) => Float64Array.from(rows, (row) => column[row]!);
  return {
    rowCount: rows.length,
    columns: {
      symbol: encodeStrings(rows.map((row) => symbol.values[symbol.codes[row]!]!)),
      ts: take(numbers.ts),
      high: take(numbers.high),
      low: take(numbers.low),
      close: take(numbers.close),
      ingested_at: take(numbers.ingested_at),
    },
  };
}

describe("advanceIndicators", () => {
  test.each([
    ["prices", close, 450],
    ["any doubles", fc.oneof(close, anyDouble), 450],
    ["series of several strips", close, 2_500],
  ] as const)(
    "gives the same bits for one call and for any two with a checkpoint between: %s",
    (_, price, length) => {
      fc.assert(
        fc.property(seriesOf(price, length), fc.double({ min: 0, max: 1, noNaN: true }), (series, share) => {
          const bars = indicatorBars({ symbol: "A", ...series });
          const split = Math.round(share * bars.rowCount);
          const all = [...Array(bars.rowCount).keys()];
          const whole = advanceIndicators(IndicatorStates.empty(), bars);
          const head = advanceIndicators(IndicatorStates.empty(), takeBars(bars, all.slice(0, split)));
          const tail = advanceIndicators(throughCheckpoint(head.states), takeBars(bars, all.slice(split)));
          expect(bitsOf([head.rows, tail.rows])).toEqual(bitsOf([whole.rows]));
          const header = { barsEtag: "", previous: "" };
          expect(encodeCheckpoint(header, tail.states)).toEqual(encodeCheckpoint(header, whole.states));
        }),
        { numRuns: length > 1_000 ? 15 : 60 },
      );
    },
  );

  test("gives each symbol the rows it has alone, however ticks cut and interleave the symbols", () => {
    const ticks = fc.array(fc.array(fc.nat(40), { minLength: 3, maxLength: 3 }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(
        fc.array(seriesOf(close, 300), { minLength: 3, maxLength: 3 }),
        ticks,
        (series, tickSizes) => {
          const bars = indicatorBars(...series.map((one, i) => ({ symbol: "ABC"[i]!, ...one })));
          const alone = series.map((one, i) =>
            advanceIndicators(IndicatorStates.empty(), indicatorBars({ symbol: "ABC"[i]!, ...one })),
          );
          const starts = [0, series[0]!.close.length, series[0]!.close.length + series[1]!.close.length];
          const pieces = series.map((): { columns: NumberColumns }[] => []);
          let states = IndicatorStates.empty();
          const taken = [0, 0, 0];
          for (const sizes of [...tickSizes, [300, 300, 300]]) {
            const ranges = series.map(({ close: closes }, i) => {
              const begin = taken[i]!;
              const end = Math.min(begin + sizes[i]!, closes.length);
              taken[i] = end;
              return Array.from({ length: end - begin }, (_, k) => starts[i]! + begin + k);
            });
            const step = advanceIndicators(states, takeBars(bars, ranges.flat()));
            states = throughCheckpoint(step.states);
            let row = 0;
            ranges.forEach((range, i) => {
              const own = takeRange(step.rows.columns, row, row + range.length);
              pieces[i]!.push({ columns: own });
              row += range.length;
            });
          }
          pieces.forEach((own, i) => expect(bitsOf(own)).toEqual(bitsOf([alone[i]!.rows])));
        },
      ),
      { numRuns: 30 },
    );
  });

  test("scales prices by a power of two exactly", () => {
    const unscaled = new Set<NumberColumn>(["ts", "computed_at", "rsi_14", "bb_position", "bb_width"]);
    unscaled.add("price_change_pct").add("volatility_20");
    fc.assert(
      fc.property(seriesOf(close, 300), fc.integer({ min: -40, max: 40 }), (series, exponent) => {
        const factor = 2 ** exponent;
        const scaled = (values: readonly number[]) => values.map((value) => value * factor);
        const plain = columnsOf(series);
        const found = columnsOf({
          high: scaled(series.high),
          low: scaled(series.low),
          close: scaled(series.close),
        });
        const expected = numberColumns.map((name) => [
          name,
          plain[name].map((value) => (unscaled.has(name) ? value : value * factor)),
        ]);
        expect(numberColumns.map((name) => [name, found[name]])).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test("gives no infinity for any finite prices, and oscillators keep their range", () => {
    fc.assert(
      fc.property(seriesOf(fc.oneof(close, anyDouble), 300), (series) => {
        const columns = columnsOf(series);
        const infinite = numberColumns.filter((name) =>
          columns[name].some((value) => Math.abs(value) === Infinity),
        );
        expect(infinite).toEqual([]);
        expect(columns.rsi_14.filter((value) => value < 0 || value > 100)).toHaveLength(0);
        expect(columns.atr_14.filter((value) => value < 0)).toHaveLength(0);
        expect(columns.volatility_20.filter((value) => value < 0)).toHaveLength(0);
      }),
      { numRuns: 100 },
    );
  });

  test("leaves the given states as they are", () => {
    fc.assert(
      fc.property(seriesOf(close, 250), (series) => {
        const bars = indicatorBars({ symbol: "A", ...series });
        const half = [...Array(bars.rowCount).keys()].slice(0, bars.rowCount >> 1);
        const { states } = advanceIndicators(IndicatorStates.empty(), takeBars(bars, half));
        const before = encodeCheckpoint({ barsEtag: "", previous: "" }, states);
        const rest = [...Array(bars.rowCount).keys()].slice(bars.rowCount >> 1);
        advanceIndicators(states, takeBars(bars, rest));
        expect(encodeCheckpoint({ barsEtag: "", previous: "" }, states)).toEqual(before);
      }),
      { numRuns: 20 },
    );
  });
});

function columnsOf(series: Omit<BarSeries, "symbol">): NumberColumns {
  return advanceIndicators(IndicatorStates.empty(), indicatorBars({ symbol: "A", ...series })).rows.columns;
}

function takeRange(columns: NumberColumns, begin: number, end: number): NumberColumns {
  const taken = numberColumns.map((name) => [name, columns[name].subarray(begin, end)]);
  return Object.fromEntries(taken) as NumberColumns;
}
