import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calendarFor } from "../../core/calendar/index.ts";
import { toRows } from "../../core/columnar/batch.ts";
import {
  assetClasses,
  intervalMs,
  intervals,
  intradayIntervals,
  utcDate,
  type AssetClass,
  type Interval,
} from "../../core/market.ts";
import type { BarQuery } from "../../core/providers/provider.ts";
import {
  defaultSyntheticOptions,
  generateBars,
  syntheticSymbols,
  type SyntheticOptions,
} from "../../core/providers/synthetic/index.ts";
import { rawBars } from "../../core/tables/index.ts";

const dayMs = 86_400_000;
const never = Date.UTC(2100, 0);

function generated(query: BarQuery, options: Partial<SyntheticOptions> = {}) {
  const receipt = {
    assetClass: query.assetClass,
    interval: query.interval,
    provider: "synthetic",
    runId: "r",
    ingestedAtMs: query.asOfMs,
    adjustment: "none" as const,
    currency: null,
  };
  const batch = generateBars(query, { ...defaultSyntheticOptions, ...options }, receipt);
  return toRows(rawBars, batch).map(({ symbol, ts, open, high, low, close, volume, is_final }) => ({
    symbol: symbol!,
    ts: ts!,
    open: open!,
    high: high!,
    low: low!,
    close: close!,
    volume: volume!,
    isFinal: is_final,
  }));
}

type Bar = ReturnType<typeof generated>[number];

const anyClass = fc.constantFrom(...assetClasses);
const anyInterval = fc.constantFrom(...intervals);
const anyDay = fc.integer({ min: Date.UTC(1991, 0) / dayMs, max: Date.UTC(2028, 0) / dayMs });
const fewRuns = { numRuns: 40 };

/** A symbol, an interval and a window of a few days, cut anywhere. */
const anyQuery = fc
  .record({
    assetClass: anyClass,
    interval: anyInterval,
    day: anyDay,
    number: fc.integer({ min: 1, max: 999 }),
    spanMs: fc.integer({ min: 1, max: 4 * dayMs }),
    offsetMs: fc.integer({ min: 0, max: dayMs }),
  })
  .map(({ assetClass, interval, day, number, spanMs, offsetMs }): BarQuery => {
    const fromMs = day * dayMs + offsetMs;
    return {
      assetClass,
      interval,
      symbols: [symbolOf(assetClass, number)],
      fromMs,
      toMs: fromMs + spanMs,
      asOfMs: never,
    };
  });

const symbolOf = (assetClass: AssetClass, number: number) => syntheticSymbols(assetClass, number).at(-1)!;

/** One bar out of consecutive ones. */
function merged(bars: readonly Bar[]) {
  return {
    open: bars[0]!.open,
    high: Math.max(...bars.map(({ high }) => high)),
    low: Math.min(...bars.map(({ low }) => low)),
    close: bars.at(-1)!.close,
    volume: bars.reduce((sum, { volume }) => sum + volume, 0),
  };
}

describe("synthetic bars", () => {
  it("are the same bit for bit whatever else is asked for", () => {
    fc.assert(
      fc.property(anyQuery, fc.double({ min: 0, max: 1, noNaN: true }), (query, part) => {
        const whole = generated(query);
        const cutMs = Math.floor(query.fromMs + part * (query.toMs - query.fromMs));
        expect([...generated({ ...query, toMs: cutMs }), ...generated({ ...query, fromMs: cutMs })]).toEqual(
          whole,
        );
        const wider = { fromMs: query.fromMs - dayMs, toMs: query.toMs + dayMs };
        const among = generated({ ...query, ...wider, symbols: ["SYN-OTHER", ...query.symbols] });
        const wanted = among.filter(
          ({ symbol, ts }) => symbol !== "SYN-OTHER" && ts >= query.fromMs && ts < query.toMs,
        );
        expect(wanted).toEqual(whole);
      }),
      fewRuns,
    );
  });

  it("are aligned, ascending, positive, and hold their open and close between low and high", () => {
    fc.assert(
      fc.property(anyQuery, (query) => {
        const unsound = generated(query).filter((bar, i, bars) => {
          const body = [bar.open, bar.close];
          const isSound =
            bar.ts % intervalMs[query.interval] === 0 &&
            bar.ts > (bars[i - 1]?.ts ?? query.fromMs - 1) &&
            bar.low > 0 &&
            bar.low <= Math.min(...body) &&
            bar.high >= Math.max(...body) &&
            Number.isInteger(bar.volume) &&
            bar.volume >= 0;
          return !isSound;
        });
        expect(unsound).toEqual([]);
      }),
      fewRuns,
    );
  });

  it("fill every session of the calendar, half days too, and nothing else", () => {
    fc.assert(
      fc.property(anyClass, anyDay, fc.constantFrom(...intradayIntervals), (assetClass, day, interval) => {
        const calendar = calendarFor(assetClass)!;
        const session = calendar.nextSession(utcDate(day * dayMs));
        const lengthMs = intervalMs[interval];
        const symbols = [symbolOf(assetClass, 1)];
        const fromMs = Math.floor(session.openMs / lengthMs) * lengthMs;
        const query = { assetClass, interval, symbols, fromMs, toMs: session.closeMs, asOfMs: never };
        const bars = generated(query);
        expect(bars).toHaveLength(calendar.expectedBars(session, lengthMs));
        expect(bars.every(({ ts }) => calendar.overlaps(ts, ts + lengthMs))).toBe(true);
      }),
      fewRuns,
    );
  });

  it("have a bar on the half day of 2026-11-27 until 13:00 New York time and none on Thanksgiving", () => {
    const query = {
      assetClass: "stock",
      interval: "15min",
      symbols: ["SYN0001"],
      fromMs: Date.parse("2026-11-26"),
      toMs: Date.parse("2026-11-28"),
      asOfMs: never,
    } as const;
    const bars = generated(query);
    expect(bars).toHaveLength(14);
    expect(new Date(bars[0]!.ts).toISOString()).toBe("2026-11-27T14:30:00.000Z");
    expect(new Date(bars.at(-1)!.ts).toISOString()).toBe("2026-11-27T17:45:00.000Z");
  });

  it("put together give the bar of the session exactly, at any interval", () => {
    fc.assert(
      fc.property(
        anyClass,
        anyDay,
        fc.constantFrom(...intradayIntervals),
        fc.integer({ min: 1, max: 50 }),
        (assetClass, day, interval, number) => {
          const session = calendarFor(assetClass)!.nextSession(utcDate(day * dayMs));
          const series = { assetClass, symbols: [symbolOf(assetClass, number)], asOfMs: never };
          const dailyMs = Date.parse(session.date);
          const [daily] = generated({ ...series, interval: "1d", fromMs: dailyMs, toMs: dailyMs + 1 });
          const fromMs = session.openMs - (session.openMs % intervalMs[interval]);
          const parts = generated({ ...series, interval, fromMs, toMs: session.closeMs });
          expect(daily).toMatchObject(merged(parts));
        },
      ),
      fewRuns,
    );
  });

  it("show of the open bar what its completed minutes hold", () => {
    const asOf = fc.integer({ min: 1, max: 389 });
    fc.assert(
      fc.property(asOf, fc.constantFrom<Interval>("1d", "1h", "15min"), (minutes, interval) => {
        const openMs = Date.parse("2026-11-20T14:30Z");
        const asOfMs = openMs + minutes * 60_000 + 12_345;
        const series = { assetClass: "stock", symbols: ["SYN0003"], asOfMs } as const;
        const lengthMs = intervalMs[interval];
        const barMs = Math.floor(asOfMs / lengthMs) * lengthMs;
        const bars = generated({ ...series, interval, fromMs: barMs, toMs: barMs + lengthMs });
        const done = generated({
          ...series,
          interval: "1min",
          fromMs: Math.max(barMs, openMs),
          toMs: asOfMs,
        }).filter(({ isFinal }) => isFinal);
        expect(bars).toHaveLength(done.length === 0 ? 0 : 1);
        expect(
          bars.map(({ open, high, low, close, volume }) => ({ open, high, low, close, volume })),
        ).toEqual(done.length === 0 ? [] : [merged(done)]);
        expect(bars.every(({ isFinal }) => !isFinal)).toBe(true);
      }),
      fewRuns,
    );
  });
});

const decade = { fromMs: Date.UTC(2015, 0), toMs: Date.UTC(2025, 0), asOfMs: never };
const daily = (symbol: string, options: Partial<SyntheticOptions> = {}) =>
  generated({ assetClass: "stock", interval: "1d", symbols: [symbol], ...decade }, options);

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = (x: readonly number[], meanX: number, y: readonly number[], meanY: number) =>
    mean(x.map((value, i) => (value - meanX) * (y[i]! - meanY)));
  return product(a, meanA, b, meanB) / Math.sqrt(product(a, meanA, a, meanA) * product(b, meanB, b, meanB));
}

const lagged = (values: readonly number[]) => correlation(values.slice(1), values.slice(0, -1));

const returnsOf = (bars: readonly Bar[]) =>
  bars.slice(1).map(({ close }, i) => Math.log(close / bars[i]!.close));
const symbols = syntheticSymbols("stock", 12);
const returns = symbols.map((symbol) => returnsOf(daily(symbol)));

/** Half hours since the open; in summer New York opens at 13:30 UTC. */
const slotOf = ({ ts }: Bar) => ((ts % dayMs) - 13.5 * 3_600_000) / 1_800_000;

/** Stylized facts of returns: R. Cont, Quantitative Finance 1, 2001, pages 223–236. */
describe("synthetic stocks, over ten years", () => {
  it("have volatility that clusters while returns themselves are hardly correlated in time", () => {
    expect(mean(returns.map((series) => lagged(series.map(Math.abs))))).toBeGreaterThan(0.05);
    expect(Math.abs(mean(returns.map(lagged)))).toBeLessThan(0.05);
  });

  it("have fat tails", () => {
    const kurtosis = (series: readonly number[]) => {
      const variance = mean(series.map((value) => value ** 2));
      return mean(series.map((value) => value ** 4)) / variance ** 2;
    };
    // The normal distribution has 3.
    expect(mean(returns.map(kurtosis))).toBeGreaterThan(4);
  });

  it("move together with their market", () => {
    const pairs = returns.slice(1).map((series) => correlation(series, returns[0]!));
    expect(mean(pairs)).toBeGreaterThan(0.1);
    expect(mean(pairs)).toBeLessThan(0.8);
  });

  it("have yearly volatilities of 10 to 60 percent and prices of 1 to 10,000", () => {
    for (const [i, series] of returns.entries()) {
      const yearly = Math.sqrt(252 * mean(series.map((value) => value ** 2)));
      expect(yearly).toBeGreaterThan(0.1);
      expect(yearly).toBeLessThan(0.6);
      const closes = daily(symbols[i]!).map(({ close }) => close);
      expect(Math.min(...closes)).toBeGreaterThan(1);
      expect(Math.max(...closes)).toBeLessThan(10_000);
    }
  });

  it("trade more and swing more at the ends of a session than in its middle", () => {
    const query = {
      assetClass: "stock",
      interval: "30min",
      symbols,
      fromMs: Date.UTC(2024, 5),
      toMs: Date.UTC(2024, 7),
      asOfMs: never,
    } as const;
    const bars = generated(query);
    const average = (slots: readonly number[], of: (bar: Bar) => number) =>
      mean(bars.filter((bar) => slots.includes(slotOf(bar))).map(of));
    for (const of of [(bar: Bar) => bar.volume, (bar: Bar) => (bar.high - bar.low) / bar.close]) {
      expect(average([0], of)).toBeGreaterThan(1.2 * average([5, 6, 7], of));
      expect(average([12], of)).toBeGreaterThan(1.2 * average([5, 6, 7], of));
    }
  });
});

describe("synthetic errors on demand", () => {
  const clean = daily("SYN0001");
  const spoilt = (errors: SyntheticOptions["errors"]) => daily("SYN0001", { errors });

  it("hit the asked share of rows and leave the others as they are", () => {
    const zero = spoilt({ zeroPrice: 0.1 }).filter(({ open, low }) => open === 0 || low === 0);
    expect(zero.length / clean.length).toBeGreaterThan(0.07);
    expect(zero.length / clean.length).toBeLessThan(0.13);
    const known = new Map(clean.map((bar) => [bar.ts, bar]));
    for (const bar of spoilt({ unitError: 0.1 })) {
      const factor = bar.close > 10 * known.get(bar.ts)!.close ? 100 : 1;
      expect(bar.close).toBe(known.get(bar.ts)!.close * factor);
    }
  });

  it("make rows missing in all numbers, doubled, or out of order", () => {
    expect(
      spoilt({ nullRow: 0.1 }).filter(({ open, volume }) => open === null && volume === null).length,
    ).toBeGreaterThan(100);
    const doubled = spoilt({ duplicate: 0.1 });
    expect(doubled.length).toBeGreaterThan(clean.length + 100);
    expect(new Set(doubled.map(({ ts }) => ts)).size).toBe(clean.length);
    const unsorted = spoilt({ unsorted: 0.1 });
    expect(unsorted.filter(({ ts }, i) => i > 0 && ts < unsorted[i - 1]!.ts).length).toBeGreaterThan(100);
    expect(unsorted.toSorted((a, b) => a.ts - b.ts)).toEqual(clean);
  });

  it("deliver late rows only after their delay", () => {
    const errors = { late: 0.5 };
    const asOfMs = Date.parse("2026-11-20T18:00Z");
    const query = {
      assetClass: "stock",
      interval: "15min",
      symbols,
      fromMs: asOfMs - 7_200_000,
      toMs: asOfMs,
    } as const;
    const soon = generated({ ...query, asOfMs }, { errors });
    const afterwards = generated({ ...query, asOfMs: asOfMs + 3_600_000 }, { errors });
    expect(afterwards).toHaveLength(8 * symbols.length);
    expect(soon.length).toBeLessThan(afterwards.length);
    expect(soon.every(({ ts }) => ts < asOfMs)).toBe(true);
    expect(afterwards).toEqual(expect.arrayContaining(soon));
  });

  it("split shares: the price falls by the ratio between two sessions and the volume rises", () => {
    const ratios = new Set<number>();
    const unsplit = daily("SYN0001");
    const split = daily("SYN0001", { splitsPerDecade: 5 });
    for (const [i, bar] of split.entries()) {
      if (i === 0) continue;
      const ratio = unsplit[i]!.close / bar.close / (unsplit[i - 1]!.close / split[i - 1]!.close);
      if (ratio > 1.3) ratios.add(Math.round(ratio * 2) / 2);
    }
    expect([...ratios].every((ratio) => [1.5, 2, 3, 4].includes(ratio))).toBe(true);
    expect(ratios.size).toBeGreaterThan(1);
  });
});
