import { describe, expect, test } from "vitest";
import { freshnessOf } from "../../../core/health/index.ts";
import { healthSchema } from "../../../core/health/settings.ts";
import type { AssetClass, Interval } from "../../../core/market.ts";
import { defaultLakeSettings } from "../../../core/settings.ts";

/** By default a bar of 15 minutes may come an hour after its end, one of a day 6 hours after the close. */
function behind(assetClass: AssetClass, interval: Interval, newest: string | null, now: string) {
  const bars = new Map(newest === null ? [] : [["A", Date.parse(newest)]]);
  return freshnessOf({ assetClass, interval, symbols: ["A"] }, bars, defaultLakeSettings, Date.parse(now));
}

/** Without grace: what should be there is what has ended. */
const atOnce = {
  ...defaultLakeSettings,
  health: healthSchema.parse({ dailyGraceMinutes: 0, intradayGraceMinutes: 0 }),
};

// New York, from Wednesday 25 November 2026 (UTC−5): open 9:30 to 16:00 (14:30 to 21:00 UTC), closed for Thanksgiving,
// open until 13:00 (18:00 UTC) on the 27th, weekend: https://www.nyse.com/markets/hours-calendars
describe("stocks", () => {
  test("are not behind on a holiday, nor before the first bar of a day is due", () => {
    for (const now of [
      "2026-11-25T22:00:00Z",
      "2026-11-26T16:00:00Z",
      "2026-11-27T14:31:00Z",
      "2026-11-27T15:44:59Z",
    ]) {
      expect(behind("stock", "15min", "2026-11-25T20:45:00Z", now), now).toMatchObject({
        expectedBar: "2026-11-25T20:45:00.000Z",
        barsBehind: 0,
        secondsBehind: 0,
        symbolsBehind: 0,
      });
    }
  });

  test("are a bar behind from two lengths and the grace after its end, and tell since when", () => {
    expect(behind("stock", "15min", "2026-11-25T20:45:00Z", "2026-11-27T15:45:00Z")).toMatchObject({
      newestBar: "2026-11-25T20:45:00.000Z",
      expectedBar: "2026-11-27T14:30:00.000Z",
      barsBehind: 1,
      secondsBehind: 0,
      symbolsBehind: 1,
      furthestBehind: ["A"],
    });
    expect(behind("stock", "15min", "2026-11-25T20:45:00Z", "2026-11-27T16:10:00Z")).toMatchObject({
      barsBehind: 2,
      secondsBehind: 25 * 60,
    });
  });

  test("stay as far behind as they are while the market is closed, half days counted as such", () => {
    // 9:30 to 13:00 has 14 bars of 15 minutes, the last from 12:45.
    for (const now of ["2026-11-27T20:00:00Z", "2026-11-29T12:00:00Z", "2026-11-30T15:44:00Z"]) {
      expect(behind("stock", "15min", "2026-11-25T20:45:00Z", now), now).toMatchObject({
        expectedBar: "2026-11-27T17:45:00.000Z",
        barsBehind: 14,
      });
    }
  });

  test("have a daily bar 6 hours after the close, which a half day brings forward", () => {
    expect(behind("stock", "1d", "2026-11-24T00:00:00Z", "2026-11-26T02:59:59Z").barsBehind).toBe(0);
    expect(behind("stock", "1d", "2026-11-24T00:00:00Z", "2026-11-26T03:00:00Z").barsBehind).toBe(1);
    expect(behind("stock", "1d", "2026-11-25T00:00:00Z", "2026-11-27T23:59:59Z").barsBehind).toBe(0);
    expect(behind("stock", "1d", "2026-11-25T00:00:00Z", "2026-11-28T00:00:00Z")).toMatchObject({
      expectedBar: "2026-11-27T00:00:00.000Z",
      barsBehind: 1,
    });
    expect(behind("stock", "1d", "2026-11-24T00:00:00Z", "2026-11-29T12:00:00Z")).toMatchObject({
      barsBehind: 2,
      // From Thursday 03:00 to Sunday 12:00.
      secondsBehind: 81 * 3_600,
    });
  });

  test("are judged by their own exchange", () => {
    // Istanbul (UTC+3) trades from 10:00 to 18:00 and has no Thanksgiving: https://www.borsaistanbul.com/en/
    const bars = new Map([
      ["AAPL", Date.parse("2026-11-25T20:45:00Z")],
      ["THYAO.IS", Date.parse("2026-11-25T14:45:00Z")],
      ["7203.T", Date.parse("2026-11-20T00:00:00Z")],
    ]);
    const nowMs = Date.parse("2026-11-26T12:00:00Z");
    expect(
      freshnessOf({ assetClass: "stock", interval: "15min" }, bars, defaultLakeSettings, nowMs),
    ).toMatchObject({
      barsBehind: 0,
      symbols: 2,
      symbolsBehind: 1,
      symbolsBehindPct: 50,
      furthestBehind: ["THYAO.IS"],
    });
  });
});

describe("a universe", () => {
  const nowMs = Date.parse("2026-11-25T18:00:00Z");
  const symbols = Array.from({ length: 500 }, (_, n) => `S${n}`);
  // 12:00 in New York: the bar from 11:45 ended at 17:00 UTC, an hour ago.
  const current = Date.parse("2026-11-25T16:45:00Z");

  test("tells how many of its symbols have stopped and names those that are furthest behind", () => {
    const bars = new Map(symbols.map((symbol) => [symbol, current]));
    bars.set("S7", Date.parse("2026-11-25T16:00:00Z")); // 3 bars
    bars.set("S8", Date.parse("2026-11-24T20:45:00Z")); // 10 bars since 9:30
    bars.delete("S9"); // Never came.
    expect(
      freshnessOf({ assetClass: "stock", interval: "15min", symbols }, bars, defaultLakeSettings, nowMs),
    ).toMatchObject({
      newestBar: "2026-11-25T16:45:00.000Z",
      expectedBar: "2026-11-25T16:45:00.000Z",
      barsBehind: 0,
      secondsBehind: 0,
      symbols: 500,
      symbolsBehind: 3,
      symbolsBehindPct: 0.6,
      furthestBehind: ["S9", "S8", "S7"],
    });
  });

  test("does not miss symbols that nobody wants any more", () => {
    const bars = new Map([
      ["S0", current],
      ["GONE", Date.parse("2020-01-02T20:45:00Z")],
    ]);
    const wanted = { assetClass: "stock", interval: "15min", symbols: ["S0"] } as const;
    expect(freshnessOf(wanted, bars, defaultLakeSettings, nowMs)).toMatchObject({
      symbols: 1,
      symbolsBehind: 0,
    });
  });

  test("of which nothing has come is behind by what a first extract asks for", () => {
    // 30 days reach back to 26 October, 18:00: from the 27th to 24 November New York has 4 + 5 + 5 + 5 + 2 sessions.
    const never = behind("stock", "1d", null, "2026-11-25T18:00:00Z");
    expect(never).toMatchObject({ newestBar: null, expectedBar: "2026-11-24T00:00:00.000Z", barsBehind: 21 });
    const unknown = freshnessOf(
      { assetClass: "stock", interval: "1d" },
      new Map(),
      defaultLakeSettings,
      nowMs,
    );
    expect(unknown).toMatchObject({ newestBar: null, barsBehind: 21, symbols: 0, symbolsBehindPct: 0 });
  });
});

const fromFriday = (now: string) => behind("forex", "15min", "2026-11-20T21:45:00Z", now);

describe("other markets", () => {
  test("forex opens on Sunday at 17:00 in New York", () => {
    // Closed from Friday 20 November, 22:00 UTC, to Sunday, 22:00 UTC.
    for (const now of ["2026-11-21T12:00:00Z", "2026-11-22T22:01:00Z", "2026-11-22T23:14:59Z"]) {
      expect(fromFriday(now).barsBehind, now).toBe(0);
    }
    expect(fromFriday("2026-11-22T23:15:00Z")).toMatchObject({
      expectedBar: "2026-11-22T22:00:00.000Z",
      barsBehind: 1,
    });
  });

  test("crypto has bars on Saturday night and a daily bar 6 hours after midnight UTC", () => {
    expect(behind("crypto", "15min", "2026-11-22T01:45:00Z", "2026-11-22T03:00:00Z").barsBehind).toBe(0);
    expect(behind("crypto", "15min", "2026-11-22T01:30:00Z", "2026-11-22T03:00:00Z").barsBehind).toBe(1);
    expect(behind("crypto", "1d", "2026-11-20T00:00:00Z", "2026-11-22T05:59:59Z").barsBehind).toBe(0);
    expect(behind("crypto", "1d", "2026-11-20T00:00:00Z", "2026-11-22T06:00:00Z").barsBehind).toBe(1);
  });

  test("commodities trade on the evening before their date and pause in the afternoon", () => {
    // Chicago: until 16:00 (22:00 UTC), from 17:00 (23:00 UTC); Friday to Sunday closed.
    expect(behind("commodity", "15min", "2026-11-24T21:45:00Z", "2026-11-25T00:14:59Z").barsBehind).toBe(0);
    expect(behind("commodity", "15min", "2026-11-24T21:45:00Z", "2026-11-25T00:15:00Z").barsBehind).toBe(1);
    expect(behind("commodity", "15min", "2026-11-20T21:45:00Z", "2026-11-22T22:00:00Z").barsBehind).toBe(0);
  });

  test("bonds may come a day late without being counted as behind, over a weekend as well", () => {
    // The yields of Friday appear on Monday at the end of day, those of the day before Thanksgiving on Friday.
    for (const [newest, now, bars] of [
      ["2026-11-19T00:00:00Z", "2026-11-23T22:00:00Z", 1],
      ["2026-11-24T00:00:00Z", "2026-11-27T12:00:00Z", 1],
      ["2026-11-19T00:00:00Z", "2026-11-24T04:30:00Z", 2],
    ] as const) {
      expect(behind("bond", "1d", newest, now), now).toMatchObject({
        barsBehind: bars,
        symbolsBehind: bars === 2 ? 1 : 0,
      });
    }
  });
});

function ofIndex(newest: string, interval: Interval, now: string): number {
  const bars = new Map([["^GSPC", Date.parse(newest)]]);
  return freshnessOf({ assetClass: "index", interval }, bars, atOnce, Date.parse(now)).barsBehind;
}

describe("without grace", () => {
  test("a bar is expected once it has ended, and a daily one at the close", () => {
    expect(ofIndex("2026-11-24T00:00:00Z", "1d", "2026-11-25T20:59:59Z")).toBe(0);
    expect(ofIndex("2026-11-24T00:00:00Z", "1d", "2026-11-25T21:00:00Z")).toBe(1);
    // Two ticks of 5 minutes remain.
    expect(ofIndex("2026-11-25T15:00:00Z", "5min", "2026-11-25T15:19:59Z")).toBe(0);
    expect(ofIndex("2026-11-25T15:00:00Z", "5min", "2026-11-25T15:20:00Z")).toBe(1);
  });
});
