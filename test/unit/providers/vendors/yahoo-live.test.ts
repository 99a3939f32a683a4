/** Charts of a market that is open, or has just closed: which row is a bar, and whether that bar is over. */
import { describe, expect, it } from "vitest";
import type { Series } from "../../../../core/lake/keys.ts";
import { UnexpectedResponseError } from "../../../../core/providers/vendor/errors.ts";
import { createYahooProvider } from "../../../../core/providers/yahoo/index.ts";
import { yahooBody } from "../../../helpers/vendor-answers.ts";
import { fetchAnswer, rowsOf } from "../../../helpers/vendor-bodies.ts";

const seconds = (text: string) => Date.parse(text) / 1_000;

const read = (series: Series, receivedAt: string, body: string) =>
  fetchAnswer({ ...series, provider: createYahooProvider(), symbol: "ACME", receivedAt }, body);

const quarterly = { assetClass: "stock", interval: "15min" } as const;
const hourly = { assetClass: "stock", interval: "1h" } as const;
const daily = { assetClass: "stock", interval: "1d" } as const;
const regular = (start: string, end: string) => ({ regular: { start: seconds(start), end: seconds(end) } });

describe("the price of the moment", () => {
  // A recording of 2023-11-21 before the open (SPY) names the next session beside yesterday's last trade at 16:00:00.
  it("is no bar on the morning after the close at which it was made", async () => {
    const close = seconds("2023-11-20T21:00:00Z");
    const meta = {
      dataGranularity: "15m",
      regularMarketTime: close,
      currentTradingPeriod: regular("2023-11-21T14:30:00Z", "2023-11-21T21:00:00Z"),
    };
    const body = yahooBody(meta, [close - 900, 20, 22, 19, 21, 1_000], [close, 21, 21, 21, 21, 0]);
    const received = await read(quarterly, "2023-11-21T12:00:00Z", body);
    expect(rowsOf(received).map(({ ts }) => ts)).toEqual([Date.UTC(2023, 10, 20, 20, 45)]);
    expect(received.passedOver).toEqual({ live_quote: 1 });
  });

  it("is no hourly bar where the moment is a quarter of an hour", async () => {
    const now = seconds("2024-03-14T15:15:00Z");
    const meta = {
      dataGranularity: "1h",
      regularMarketTime: now,
      currentTradingPeriod: regular("2024-03-14T13:30:00Z", "2024-03-14T20:00:00Z"),
    };
    const body = yahooBody(meta, [now - 2_700, 20, 22, 19, 21, 1_000], [now, 21, 21, 21, 21, 0]);
    const received = await read(hourly, "2024-03-14T15:15:05Z", body);
    expect(rowsOf(received).map(({ ts }) => ts)).toEqual([Date.UTC(2024, 2, 14, 14, 30)]);
  });

  it("leaves a bar that has traded, and whose last trade was at its start", async () => {
    const start = seconds("2024-03-14T15:15:00Z");
    const meta = { dataGranularity: "15m", regularMarketTime: start };
    const body = yahooBody(meta, [start, 21, 21, 21, 21, 300]);
    const received = await read(quarterly, "2024-03-14T15:20:00Z", body);
    expect(rowsOf(received)).toMatchObject([{ is_final: false, volume: 300 }]);
  });

  it("is today's daily bar where today's own row is empty", async () => {
    const [open, now] = [seconds("2024-03-15T13:30:00Z"), seconds("2024-03-15T17:24:17Z")];
    const meta = {
      regularMarketTime: now,
      currentTradingPeriod: regular("2024-03-15T13:30:00Z", "2024-03-15T20:00:00Z"),
    };
    const body = yahooBody(meta, [open, null, null, null, null, null], [now, 10, 11, 9, 10.5, 500]);
    const received = await read(daily, "2024-03-15T17:24:30Z", body);
    expect(rowsOf(received)).toMatchObject([{ ts: Date.UTC(2024, 2, 15), close: 10.5, is_final: false }]);
    expect(received.passedOver).toEqual({ no_trade: 1 });
  });
});

describe("a daily bar of a market that never pauses", () => {
  // Recordings of BTC-USD, EURUSD=X and GC=F: the day ends at 23:59:00 by their clocks.
  it.each([
    ["2026-10-03T23:59:30Z", false],
    ["2026-10-04T00:00:00Z", true],
  ])("received at %s is final: %s", async (receivedAt, isFinal) => {
    const meta = {
      exchangeTimezoneName: "UTC",
      regularMarketTime: seconds("2026-10-03T23:58:10Z"),
      currentTradingPeriod: regular("2026-10-03T00:00:00Z", "2026-10-03T23:59:00Z"),
    };
    const body = yahooBody(meta, [seconds("2026-10-03T00:00:00Z"), 10, 11, 9, 10.5, 500]);
    const received = await read({ assetClass: "crypto", interval: "1d" }, receivedAt, body);
    expect(rowsOf(received)).toMatchObject([{ is_final: isFinal }]);
  });
});

describe("times that cannot be", () => {
  it("cost their own row only", async () => {
    const body = yahooBody(
      {},
      [1e300, 1, 2, 1, 2, 9],
      ["soon", 1, 2, 1, 2, 9],
      [1_710_163_800, 1, 2, 1, 2, 9],
    );
    const rows = rowsOf(await read(daily, "2024-03-14T22:00:00Z", body));
    expect(rows.map(({ ts }) => ts)).toEqual([null, null, Date.UTC(2024, 2, 11)]);
    expect(rows[0]!.parse_error).toContain("ts: expected seconds since 1970");
  });

  it("an unknown time zone is refused by its name", async () => {
    const body = yahooBody({ exchangeTimezoneName: "Mars/Olympus" }, [1_710_163_800, 1, 2, 1, 2, 9]);
    const failure = read(daily, "2024-03-14T22:00:00Z", body);
    await expect(failure).rejects.toThrow(UnexpectedResponseError);
    await expect(failure).rejects.toThrow("Mars/Olympus");
  });
});
