import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../core/config/index.ts";
import { TerminalError } from "../../../core/errors.ts";
import type { AssetClass } from "../../../core/market.ts";
import { expectedBars, planBackfill, planTick, type Wish } from "../../../core/plan/index.ts";
import { freshLane } from "../../../core/providers/resilience/lane-state.ts";

const hourMs = 3_600_000;
const configOf = (value: unknown = {}) => parseConfig(JSON.stringify(value), "test");
const named = (count: number) => Array.from({ length: count }, (_, i) => `S${i}`);
const stocks = (count: number, interval: "15min" | "1d" = "15min") =>
  ({ assetClass: "stock", interval, symbols: named(count) }) as const;
// A Wednesday; New York trades until Thanksgiving, the 26th.
const atMs = Date.UTC(2026, 10, 18, 12);

const tick = (config: unknown, provider: string, wish = stocks(500)) =>
  planTick({ config: configOf(config), provider, wishes: [wish], atMs })[0]!;

describe("expected bars", () => {
  // https://www.nyse.com/markets/hours-calendars: Thanksgiving closed, the day after until 13:00.
  const week = { fromMs: Date.UTC(2026, 10, 23), toMs: Date.UTC(2026, 10, 28) };

  test("are those of the sessions, holidays and half days known", () => {
    expect(expectedBars({ assetClass: "stock", interval: "15min" }, "AAPL", week)).toBe(3 * 26 + 14);
    expect(expectedBars({ assetClass: "stock", interval: "1d" }, "AAPL", week)).toBe(4);
    expect(expectedBars({ assetClass: "crypto", interval: "1h" }, "BTC-USD", week)).toBe(5 * 24);
  });

  test("are cut at both ends of a window, which is half-open", () => {
    const day = { fromMs: Date.UTC(2026, 10, 23, 15), toMs: Date.UTC(2026, 10, 23, 16) };
    expect(expectedBars({ assetClass: "stock", interval: "15min" }, "AAPL", day)).toBe(4);
    expect(expectedBars({ assetClass: "stock", interval: "15min" }, "AAPL", { fromMs: 1, toMs: 1 })).toBe(0);
  });
});

describe("planning ticks", () => {
  test("says that the free plans cannot carry 500 symbols every 15 minutes, and what fits", () => {
    const fmp = tick({}, "fmp");
    expect(fmp.fits).toBe(false);
    // 27 ticks from 9:45 to 16:15 in New York.
    expect(fmp.quotas).toEqual([{ period: "day", unit: "calls", limit: 250, needed: 27 * 500 }]);
    expect(fmp.problems).toEqual([
      'has no 15min bars of stock on the plan "free"',
      "needs 13,500 calls a day, and has 250",
    ]);
    expect(fmp.advice).toEqual([
      'plan "starter" of fmp (providers.fmp.plan)',
      'provider "yahoo" for all of it',
      "fewer symbols: 250 of stock with 1d bars",
    ]);
    const alphaVantage = tick({}, "alpha_vantage");
    expect(alphaVantage.fits).toBe(false);
    expect(alphaVantage.advice).toContain(
      'plan "premium_75" of alpha_vantage (providers.alpha_vantage.plan)',
    );
    expect(alphaVantage.advice).toContain("fewer symbols: 25 of stock with 1d bars");
  });

  test("follows the configured cron in its time zone, closed markets left out", () => {
    // Hourly from 9:30 New York time, though written in Chicago's: 9:30 is before the first bar has ended.
    const intraday = { interval: "15min", cron: "30 8-16 ? * MON-FRI *" };
    const stock = { timeZone: "America/Chicago", intraday, endOfDay: "0 18 ? * FRI *" };
    const config = {
      providers: { fmp: { plan: "starter", calls: { callsPerDay: 100_000 } } },
      markets: { stock },
    };
    // 10:30 to 15:30: the bar that ends at 16:00 was asked for at no tick within half an hour of the close.
    expect(tick(config, "fmp", stocks(1)).quotas).toEqual([
      { period: "day", unit: "calls", limit: 100_000, needed: 6 },
    ]);
    // Thursday is a day without a daily tick, and Friday has one.
    expect(tick(config, "fmp", stocks(1, "1d")).quotas).toEqual([
      { period: "day", unit: "calls", limit: 100_000, needed: 1 },
    ]);
  });

  test("counts every poll of a stream, which must end before the next one is due", () => {
    const stock = { stream: { everySeconds: 30 } };
    const providers = { fmp: { plan: "starter", calls: { callsPerDay: 100_000 } } };
    const config = { providers, markets: { stock } };
    // Every 30 s from 9:30:30, half a minute into the first bar, to 16:29:30, while late bars may still come.
    expect(tick(config, "fmp", stocks(1)).quotas).toEqual([
      { period: "day", unit: "calls", limit: 100_000, needed: 839 },
    ]);
    // 300 calls a minute are 150 in 30 s.
    expect(tick(config, "fmp", stocks(100)).fits).toBe(true);
    expect(tick(config, "fmp", stocks(170)).problems).toContainEqual(
      expect.stringMatching(/of the time between them/),
    );
  });

  test("proposes only what fits when it is planned in turn", () => {
    expect(tick({ providers: { fmp: { plan: "starter" } } }, "fmp").fits).toBe(true);
    expect(tick({}, "yahoo").fits).toBe(true);
    expect(tick({}, "fmp", stocks(250, "1d")).fits).toBe(true);
    expect(tick({}, "fmp", stocks(251, "1d")).fits).toBe(false);
  });

  test("says when the calls of a tick do not end before the next", () => {
    const plan = tick({ providers: { fmp: { plan: "starter" } } }, "fmp", stocks(5_000));
    // 300 a minute: 5,000 take 1,000 s of 900 at 200 ms each, and an answer takes longer than that.
    expect(plan.problems).toEqual([expect.stringMatching(/^ticks take \d{3} % of the time between them/)]);
    expect(plan.advice).toContain("all symbols with 30min bars");
  });

  test("counts credits where a vendor charges these, and says when a month has too few", () => {
    const coins = { assetClass: "crypto", interval: "1d", symbols: named(400).map((coin) => `${coin}-USD`) };
    const plan = planTick({
      config: configOf({ maintenance: { refresh: null } }),
      provider: "coinmarketcap",
      wishes: [coins as Wish],
      atMs,
    })[0]!;
    // A bar or two of a coin cost one credit; a month has 30 closes.
    expect(plan.quotas).toEqual([{ period: "month", unit: "credits", limit: 10_000, needed: 30 * 400 }]);
    expect(plan.problems).toEqual(["needs 12,000 credits a month, and has 10,000"]);
    expect(plan.advice).toContain("fewer symbols: 333 of crypto with 1d bars");
  });

  test("counts refreshes, splits and dividends included, and says when a symbol has its turn", () => {
    // Sunday at 10:00 UTC: the 22nd and 29th, the 6th and 13th. Bars, splits and dividends are a call each.
    const { refresh, quotas, fits } = tick({}, "fmp", stocks(100, "1d"));
    expect(quotas).toEqual([{ period: "day", unit: "calls", limit: 250, needed: 100 }]);
    expect(refresh).toMatchObject({
      series: [{ calls: 300 }],
      timesPerMonth: 4,
      quotas: [{ period: "day", unit: "calls", limit: 250, needed: 300 }],
      turns: 300 / 250,
    });
    expect(fits).toBe(true);
    expect(tick({}, "fmp", stocks(10, "1d")).refresh).toMatchObject({ turns: 1 });
    expect(tick({ maintenance: { refresh: null } }, "fmp", stocks(100, "1d")).refresh).toBeNull();
    expect(
      tick({ maintenance: { refresh: { dailyDays: null } } }, "fmp", stocks(100, "1d")).refresh,
    ).toBeNull();
  });

  test("says where it is the refresh that a month's budget does not hold", () => {
    const coins = { assetClass: "crypto", interval: "1d", symbols: named(200).map((coin) => `${coin}-USD`) };
    const input = { provider: "coinmarketcap", wishes: [coins as Wish], atMs };
    const plan = planTick({ ...input, config: configOf() })[0]!;
    // A credit per 100 bars: 19 for a coin's 1,801 closes, four times.
    expect(plan.problems).toEqual([
      `needs ${(30 * 200 + 4 * 19 * 200).toLocaleString("en-US")} credits a month, and has 10,000`,
    ]);
    expect(plan.advice).toContain("fewer refreshes, or none (maintenance.refresh)");
  });

  test("takes the series of a market from the first of its list that has them", () => {
    const config = configOf({ markets: { stock: { providers: ["fmp", "yahoo"] } } });
    const plans = planTick({ config, wishes: [stocks(3), stocks(3, "1d")], atMs });
    expect(plans.map(({ provider, series }) => [provider, series.map(({ interval }) => interval)])).toEqual([
      ["yahoo", ["15min"]],
      ["fmp", ["1d"]],
    ]);
  });

  test("knows what a subscription costs only where it is told", () => {
    expect(tick({}, "fmp").subscriptionUsdPerMonth).toBe(0);
    expect(tick({ providers: { fmp: { plan: "starter" } } }, "fmp").subscriptionUsdPerMonth).toBeNull();
    const told = tick({ providers: { fmp: { plan: "starter", monthlyUsd: 29 } } }, "fmp");
    expect(told.subscriptionUsdPerMonth).toBe(29);
  });

  test("refuses series that nobody of the list has on any plan", () => {
    const wish = { assetClass: "index", interval: "15min", symbols: ["^GSPC"] } as const;
    const plan = () => planTick({ config: configOf(), provider: "alpha_vantage", wishes: [wish], atMs });
    expect(plan).toThrow(TerminalError);
    expect(plan).toThrow(/no provider has 15min bars of index: expected one among "alpha_vantage"/);
  });

  test("counts the calls of a hundred thousand symbols", () => {
    const plan = tick({ providers: { fmp: { plan: "ultimate" } } }, "fmp", stocks(100_000));
    expect(plan.calls).toBe(100_000);
    expect(plan.fits).toBe(false);
  });
});

describe("planning a backfill", () => {
  const window = { fromMs: Date.UTC(2026, 0), toMs: atMs };
  // Of an index there are no splits and dividends to ask for.
  const backfill = (count: number, lanes = new Map([["fmp", freshLane]]), assetClass: AssetClass = "index") =>
    planBackfill({
      config: configOf(),
      provider: "fmp",
      wishes: [{ ...stocks(count, "1d"), assetClass }],
      atMs,
      window,
      lanes,
    })[0]!;

  test("that a day's budget holds is done in one go", () => {
    expect(backfill(250)).toMatchObject({ calls: 250, fits: true, problems: [] });
  });

  test("counts the calls for splits and dividends of shares, which FMP has apart", () => {
    expect(backfill(80, new Map(), "stock")).toMatchObject({ calls: 3 * 80, fits: true });
  });

  test("that needs more rests until the budget is given anew, and says so", () => {
    const plan = backfill(300);
    expect(plan.fits).toBe(false);
    expect(plan.problems[0]).toMatch(/do not hold 300 calls at once/);
    // From noon to midnight UTC, then the other fifty.
    expect(plan.durationMs).toBeGreaterThan(12 * hourMs);
    expect(plan.durationMs).toBeLessThan(12.1 * hourMs);
    expect(plan.advice).toContain('plan "starter" of fmp (providers.fmp.plan)');
  });

  test("counts what is used of the day already", () => {
    const used = { ...freshLane, day: { startMs: Date.UTC(2026, 10, 18), calls: 200 } };
    expect(backfill(60, new Map([["fmp", used]])).fits).toBe(false);
    expect(backfill(50, new Map([["fmp", used]])).fits).toBe(true);
  });

  test("leaves to the next of the list what the first no longer has", () => {
    const config = configOf({
      providers: { fmp: { plan: "starter" } },
      markets: { stock: { providers: ["yahoo", "fmp"] } },
    });
    const fromMs = atMs - 100 * 24 * hourMs;
    const plans = planBackfill({ config, wishes: [stocks(1)], atMs, window: { fromMs, toMs: atMs } });
    expect(plans.map(({ provider, fits }) => [provider, fits])).toEqual([
      ["yahoo", true],
      ["fmp", true],
    ]);
    // 59 days in one call, and 41 of fifteen days a call.
    expect(plans.map(({ calls }) => calls)).toEqual([1, 3]);
  });

  test("says from when on the list has bars, where nobody has older ones", () => {
    const fromMs = atMs - 100 * 24 * hourMs;
    const window = { fromMs, toMs: atMs };
    const [plan] = planBackfill({ config: configOf(), provider: "yahoo", wishes: [stocks(1)], atMs, window });
    expect(plan).toMatchObject({ calls: 1, fits: false });
    expect(plan!.problems).toEqual([
      "has 15min bars of stock from 2026-09-20 on only, and nobody else of the list has older ones",
    ]);
  });

  test("says where a vendor's history does not reach so far", () => {
    const [plan] = planBackfill({
      config: configOf(),
      provider: "yahoo",
      wishes: [stocks(2)],
      atMs,
      window: { fromMs: Date.UTC(2020, 0), toMs: Date.UTC(2020, 1) },
    });
    expect(plan).toMatchObject({ calls: 0, fits: false });
    expect(plan!.problems).toEqual(["has no 15min bars of stock from that time any more"]);
  });
});
