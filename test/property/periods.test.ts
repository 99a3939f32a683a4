import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { indexPeriods, splitByPeriod } from "../../core/bars/periods.ts";
import { toRows } from "../../core/columnar/batch.ts";
import { periodOf, periodRange } from "../../core/market.ts";
import { receivedBars } from "../../core/tables/index.ts";
import { receivedBatch } from "../helpers/bar-rows.ts";

/** Years 1900 to 9999, and often just around a new year. */
const times = fc.oneof(
  fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(10_000, 0) - 1 }),
  fc
    .tuple(fc.integer({ min: 2024, max: 2026 }), fc.integer({ min: -2, max: 2 }))
    .map(([year, ms]) => Date.UTC(year, 0) + ms),
);
const intervals = fc.constantFrom("1d", "15min");

const pad = (number: number, digits: number) => String(number).padStart(digits, "0");

function naivePeriod(interval: "1d" | "15min", tsMs: number): string {
  const date = new Date(tsMs);
  const year = pad(date.getUTCFullYear(), 4);
  return interval === "1d" ? year : `${year}-${pad(date.getUTCMonth() + 1, 2)}`;
}

describe("periods", () => {
  it("are the year of daily bars and the month of intraday bars, in UTC", () => {
    fc.assert(
      fc.property(intervals, times, (interval, tsMs) => {
        expect(periodOf(interval, tsMs)).toBe(naivePeriod(interval, tsMs));
      }),
    );
  });

  it("cover a half-open range whose last millisecond is theirs and whose end is the next one's", () => {
    fc.assert(
      fc.property(intervals, times, (interval, tsMs) => {
        const period = periodOf(interval, tsMs);
        const { fromMs, toMs } = periodRange(period);
        expect(fromMs <= tsMs && tsMs < toMs).toBe(true);
        expect(naivePeriod(interval, fromMs)).toBe(period);
        expect(naivePeriod(interval, toMs - 1)).toBe(period);
        expect(naivePeriod(interval, toMs)).not.toBe(period);
      }),
    );
  });
});

describe("indexPeriods", () => {
  it("names the period of every row, each period once, in order of first appearance", () => {
    fc.assert(
      fc.property(intervals, fc.array(times, { maxLength: 30 }), (interval, list) => {
        const { periods, periodOfRow } = indexPeriods(Float64Array.from(list), interval);
        const expected = list.map((tsMs) => naivePeriod(interval, tsMs));
        expect(Array.from(periodOfRow, (index) => periods[index])).toEqual(expected);
        expect(periods).toEqual([...new Set(expected)]);
      }),
    );
  });
});

describe("splitByPeriod", () => {
  it("gives every row of the window to its period, in the order of the batch", () => {
    fc.assert(
      fc.property(intervals, fc.array(times, { maxLength: 30 }), times, times, (interval, list, a, b) => {
        // Windows are cut at the boundaries of periods.
        const fromMs = periodRange(naivePeriod(interval, Math.min(a, b))).fromMs;
        const { toMs } = periodRange(naivePeriod(interval, Math.max(a, b)));
        const batch = receivedBatch(list.map((ts, row) => ({ ts, volume: row })));
        const split = [...splitByPeriod(batch, interval, fromMs, toMs)].map(
          ([period, bars]) => [period, toRows(receivedBars, bars).map(({ volume }) => volume)] as const,
        );
        const inside = [...list.keys()].filter((row) => list[row]! >= fromMs && list[row]! < toMs);
        expect(new Map(split)).toEqual(Map.groupBy(inside, (row) => naivePeriod(interval, list[row]!)));
      }),
    );
  });
});
