import { describe, expect, test } from "vitest";
import { reportHealth } from "../../../core/health/index.ts";
import { healthSchema } from "../../../core/health/settings.ts";
import { resiliencePolicySchema } from "../../../core/providers/resilience/index.ts";
import { freshLane, type LaneState } from "../../../core/providers/resilience/lane-state.ts";
import { defaultLakeSettings, type LakeSettings } from "../../../core/settings.ts";

// A Friday, 13:00 in New York.
const nowMs = Date.UTC(2026, 10, 20, 18);
const fmp = resiliencePolicySchema.parse({ calls: { callsPerDay: 250, callsPerMonth: 5_000 } });
const settings: LakeSettings = {
  ...defaultLakeSettings,
  providerChains: { stock: ["fmp", "yahoo"], crypto: ["binance"] },
  providerPolicies: { fmp },
};
const called: LaneState = {
  ...freshLane,
  day: { startMs: Date.UTC(2026, 10, 20), calls: 42 },
  month: { startMs: Date.UTC(2026, 10), calls: 900 },
  lastSuccessMs: nowMs - 60_000,
};
const stock = { assetClass: "stock", interval: "15min" } as const;
const current = Date.parse("2026-11-20T16:45:00Z");

function reportOf(facts: {
  readonly lane?: Partial<LaneState>;
  readonly newest?: readonly (readonly [string, number])[];
  readonly symbols?: readonly string[];
  readonly health?: object;
}) {
  const { lane, newest = [["AAPL", current]], symbols, health = {} } = facts;
  return reportHealth({
    settings: { ...settings, health: healthSchema.parse(health) },
    lanes: new Map([["fmp", { ...called, ...lane }]]),
    watched: [{ series: symbols === undefined ? stock : { ...stock, symbols }, newest: new Map(newest) }],
    nowMs,
  });
}

describe("a healthy lake", () => {
  test("tells breaker, budgets and the last answers of whoever was called or may be", () => {
    const lane = { freeAtMs: nowMs + 5_000, lastFailure: { atMs: nowMs - 90_000, message: "HTTP 503" } };
    const { at, problems, providers } = reportOf({ lane });
    expect(at).toBe("2026-11-20T18:00:00.000Z");
    expect(problems).toEqual([]);
    expect(providers).toEqual([
      {
        provider: "fmp",
        breaker: "closed",
        failures: 0,
        isNeeded: true,
        isDown: false,
        today: { unit: "calls", used: 42, limit: 250, usedPct: 16.8, resetsAt: "2026-11-21T00:00:00.000Z" },
        thisMonth: {
          unit: "calls",
          used: 900,
          limit: 5_000,
          usedPct: 18,
          resetsAt: "2026-12-01T00:00:00.000Z",
        },
        // 900 of 5,000 are more than 42 of 250.
        budgetUsedPct: 18,
        freeAt: "2026-11-20T18:00:05.000Z",
        lastSuccess: "2026-11-20T17:59:00.000Z",
        secondsSinceSuccess: 60,
        lastFailure: "2026-11-20T17:58:30.000Z",
        secondsSinceFailure: 90,
        lastFailureText: "HTTP 503",
      },
      expect.objectContaining({
        provider: "yahoo",
        breaker: "closed",
        budgetUsedPct: null,
        freeAt: null,
        lastSuccess: null,
        secondsSinceSuccess: null,
      }),
    ]);
  });

  test("has watched series that are as new as the market lets them be", () => {
    expect(reportOf({}).freshness).toMatchObject([{ ...stock, barsBehind: 0, symbols: 1, symbolsBehind: 0 }]);
  });
});

describe("a problem", () => {
  test("is a breaker that is open, or half open, for nobody has tried since", () => {
    const breaker = { failures: 5, openedAtMs: nowMs - 1_000, probeAtMs: null };
    const lastFailure = { atMs: nowMs - 1_000, message: "HTTP 503" };
    expect(reportOf({ lane: { breaker, lastFailure } }).problems).toEqual([
      {
        subject: "fmp",
        problem: "failed 5 times in a row, the last time with: HTTP 503; it is left alone for now",
      },
    ]);
    const cooled = { ...breaker, openedAtMs: nowMs - 301_000 };
    expect(reportOf({ lane: { breaker: cooled, lastFailure } }).problems).toEqual([
      {
        subject: "fmp",
        problem: "failed 5 times in a row, the last time with: HTTP 503; it is tried again at the next call",
      },
    ]);
  });

  test("is no breaker that nobody has tried for a day, and none of a provider that is not asked", () => {
    const dayMs = 86_400_000;
    const breaker = { failures: 5, openedAtMs: nowMs - dayMs, probeAtMs: null };
    const lastFailure = { atMs: nowMs - dayMs, message: "HTTP 503" };
    expect(reportOf({ lane: { breaker, lastFailure } })).toMatchObject({
      problems: [],
      providers: [{ provider: "fmp", breaker: "half_open", isDown: false }, {}],
    });
    const justNow = { ...breaker, openedAtMs: nowMs };
    const report = reportHealth({
      settings: { ...settings, providerChains: { stock: ["yahoo"] } },
      lanes: new Map([
        ["fmp", { ...called, breaker: justNow, day: { startMs: Date.UTC(2026, 10, 20), calls: 250 } }],
      ]),
      watched: [{ series: stock, newest: new Map([["AAPL", current]]) }],
      nowMs,
    });
    expect(report.problems).toEqual([]);
    expect(report.providers[0]).toMatchObject({ provider: "fmp", breaker: "open", isNeeded: false });
  });

  test("is a budget of day or month that is used to 90 %, unless it is meant to be", () => {
    const day = { startMs: Date.UTC(2026, 10, 20), calls: 225 };
    const month = { startMs: Date.UTC(2026, 10), calls: 4_600 };
    expect(reportOf({ lane: { day, month } }).problems).toEqual([
      { subject: "fmp", problem: "225 of 250 calls are used today (90 %), until 2026-11-21 00:00 UTC" },
      {
        subject: "fmp",
        problem: "4600 of 5000 calls are used this month (92 %), until 2026-12-01 00:00 UTC",
      },
    ]);
    expect(reportOf({ lane: { day: { ...day, calls: 224 } } }).problems).toEqual([]);
    expect(reportOf({ lane: { day }, health: { budgetUsedPctMax: null } }).problems).toEqual([]);
  });

  test("is a series whose every symbol is behind, told once", () => {
    const newest = [
      ["AAPL", Date.parse("2026-11-20T15:45:00Z")],
      ["MSFT", Date.parse("2026-11-20T15:30:00Z")],
    ] as const;
    expect(reportOf({ newest }).problems).toEqual([
      {
        subject: "stock 15min",
        problem:
          "4 bars behind, the newest is of 2026-11-20 15:45 UTC; that of 2026-11-20 16:45 UTC should be there",
      },
    ]);
    expect(reportOf({ newest, health: { barsBehindMax: { stock: 5 } } }).problems).toEqual([]);
    expect(reportOf({ newest: [], symbols: ["AAPL"] }).problems).toEqual([
      {
        subject: "stock 15min",
        problem: "no bar has come yet; that of 2026-11-20 16:45 UTC should be there",
      },
    ]);
  });

  test("names daily bars by their date", () => {
    const daily = { assetClass: "stock", interval: "1d" } as const;
    const newest = new Map([["AAPL", Date.parse("2026-11-17")]]);
    const watched = [{ series: daily, newest }];
    // Wednesday and Thursday have closed, Friday is still open.
    expect(reportHealth({ settings, lanes: new Map(), watched, nowMs }).problems).toEqual([
      {
        subject: "stock 1d",
        problem: "2 bars behind, the newest is of 2026-11-17; that of 2026-11-19 should be there",
      },
    ]);
  });

  test("is a share of symbols that have stopped, by half a percent", () => {
    const symbols = Array.from({ length: 500 }, (_, n) => `S${n}`);
    const stopped = (count: number) =>
      reportOf({ symbols, newest: symbols.slice(count).map((symbol) => [symbol, current] as const) })
        .problems;
    expect(stopped(2)).toEqual([]);
    expect(stopped(3)).toEqual([
      { subject: "stock 15min", problem: "3 of 500 symbols (0.6 %) are behind: S0, S1, S2" },
    ]);
    expect(stopped(60)[0]!.problem).toBe("60 of 500 symbols (12 %) are behind: S0, S1, S2, S3, S4, …");
  });
});
