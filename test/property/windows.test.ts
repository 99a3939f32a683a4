import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { periodOf } from "../../core/market.ts";
import type { RawSource } from "../../core/messages/index.ts";
import { planWindows, type Window } from "../../core/pipeline/windows.ts";

const dayMs = 86_400_000;
const intervals = fc.constantFrom("1d", "15min");
/** Sources that end or begin with a year are where planning goes wrong. */
const boundaries = fc.integer({ min: 2020, max: 2026 }).map((year) => Date.UTC(year, 0));
const sources = fc
  .array(
    fc.record({
      startMs: fc.oneof(boundaries, fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2030, 0) })),
      endMs: fc.oneof(boundaries, fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2030, 0) })),
      rows: fc.nat(2_000),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((list) =>
    list.map(({ startMs, endMs, rows }, i): RawSource => {
      const fromMs = Math.min(startMs, endMs);
      return { key: `raw/${i}`, rows, fromMs, toMs: Math.max(startMs, endMs, fromMs + 1) };
    }),
  );
const rowLimits = fc.integer({ min: 1, max: 5_000 });

/** Rows of a window where those of a source are spread evenly over its time. */
function rowsIn({ fromMs, toMs, sources: named }: Window): number {
  return named.reduce((sum, source) => {
    const shareMs = Math.min(toMs, source.toMs) - Math.max(fromMs, source.fromMs);
    return sum + source.rows * (shareMs / (source.toMs - source.fromMs));
  }, 0);
}

/** Periods in which some source has time, of those in the window. */
function touchedPeriods({ fromMs, toMs, sources: named }: Window, interval: "1d" | "15min"): Set<string> {
  const touched = new Set<string>();
  for (const source of named) {
    const lastMs = Math.min(toMs, source.toMs) - 1;
    for (let tsMs = Math.max(fromMs, source.fromMs); tsMs < lastMs; tsMs += 20 * dayMs) {
      touched.add(periodOf(interval, tsMs));
    }
    touched.add(periodOf(interval, lastMs));
  }
  return touched;
}

describe("planWindows", () => {
  it("cuts all time into windows without gaps and overlaps", () => {
    fc.assert(
      fc.property(sources, intervals, rowLimits, (list, interval, rowsMax) => {
        const windows = planWindows(list, interval, rowsMax);
        expect(windows[0]!.fromMs).toBe(-Infinity);
        expect(windows.at(-1)!.toMs).toBe(Infinity);
        expect(windows.slice(1).map(({ fromMs }) => fromMs)).toEqual(
          windows.slice(0, -1).map(({ toMs }) => toMs),
        );
        for (const { fromMs, toMs } of windows) expect(fromMs).toBeLessThan(toMs);
      }),
    );
  });

  it("splits no period", () => {
    fc.assert(
      fc.property(sources, intervals, rowLimits, (list, interval, rowsMax) => {
        for (const { toMs } of planWindows(list, interval, rowsMax).slice(0, -1)) {
          expect(periodOf(interval, toMs - 1)).not.toBe(periodOf(interval, toMs));
        }
      }),
    );
  });

  it("names a source in exactly the windows in which it has time", () => {
    fc.assert(
      fc.property(sources, intervals, rowLimits, (list, interval, rowsMax) => {
        const windows = planWindows(list, interval, rowsMax);
        for (const source of list) {
          expect(windows.some((window) => window.sources.includes(source))).toBe(true);
        }
        for (const { fromMs, toMs, sources: named } of windows) {
          expect(named).not.toEqual([]);
          expect(named).toEqual(list.filter((source) => source.toMs > fromMs && source.fromMs < toMs));
        }
      }),
    );
  });

  it("holds more rows than the limit only where a single period does", () => {
    fc.assert(
      fc.property(sources, intervals, rowLimits, (list, interval, rowsMax) => {
        for (const window of planWindows(list, interval, rowsMax)) {
          if (rowsIn(window) <= rowsMax * (1 + 1e-9)) continue;
          expect([...touchedPeriods(window, interval)]).toHaveLength(1);
        }
      }),
    );
  });

  it("makes one window of sources that fit together", () => {
    fc.assert(
      fc.property(sources, intervals, (list, interval) => {
        expect(planWindows(list, interval, 2_000 * 12)).toHaveLength(1);
      }),
    );
  });

  it("plans nothing for no sources", () => {
    expect(planWindows([], "1d")).toEqual([]);
  });
});
