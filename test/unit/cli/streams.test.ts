import { describe, expect, test } from "vitest";
import { UsageError } from "../../../cli/errors.ts";
import { pollInterval } from "../../../cli/options.ts";
import { streamsOf } from "../../../cli/steps/streams.ts";
import { defaultConfig, parseConfig } from "../../../core/config/index.ts";

const minuteMs = 60_000;
const configured = parseConfig(
  JSON.stringify({
    markets: {
      stock: { symbols: ["AAPL", "MSFT"] },
      index: { symbols: ["^GSPC"] },
      bond: { symbols: ["UST10Y"] },
    },
  }),
  "test",
);

describe("how often to poll", () => {
  test.each([
    ["5", 5 * minuteMs],
    ["5min", 5 * minuteMs],
    ["5m", 5 * minuteMs],
    ["30s", 30_000],
    ["10s", 10_000],
    ["1h", 60 * minuteMs],
  ])("%s is understood", (text, ms) => {
    expect(pollInterval(text)).toBe(ms);
  });

  test.each(["0", "9s", "25h", "-5", "5 min", "soon", "1.5"])("%s is refused", (text) => {
    expect(() => pollInterval(text)).toThrow(/"30s", "5min", "1h"/);
  });
});

describe("what to poll", () => {
  test("are the configured markets that have intraday bars, three times per bar", () => {
    expect(streamsOf(configured, {})).toEqual([
      {
        assetClass: "stock",
        interval: "15min",
        calendarSymbols: ["AAPL", "MSFT"],
        everyMs: 5 * minuteMs,
      },
      { assetClass: "index", interval: "5min", calendarSymbols: ["^GSPC"], everyMs: 100_000 },
    ]);
  });

  test("is what is named: a market, its bars, symbols, who is asked and how often", () => {
    const named = { assetClass: "bond", bars: "1h", interval: 30_000, provider: "fmp" } as const;
    expect(streamsOf(configured, { ...named, symbols: ["UST2Y"] })).toEqual([
      {
        assetClass: "bond",
        interval: "1h",
        provider: "fmp",
        symbols: ["UST2Y"],
        calendarSymbols: ["UST2Y"],
        everyMs: 30_000,
      },
    ]);
  });

  test("are stocks where only symbols or a provider are named", () => {
    const [stocks] = streamsOf(defaultConfig, { symbols: ["AAPL"], bars: "1min" });
    expect(stocks).toMatchObject({ assetClass: "stock", everyMs: minuteMs });
    expect(streamsOf(defaultConfig, { provider: "synthetic" })).toMatchObject([{ assetClass: "stock" }]);
  });

  test("is nothing where no market has symbols or intraday bars", () => {
    expect(() => streamsOf(defaultConfig, {})).toThrow(UsageError);
    expect(() => streamsOf(configured, { assetClass: "bond" })).toThrow(
      /name some with --symbols and --bars/,
    );
    expect(() => streamsOf(configured, { assetClass: "crypto" })).toThrow(UsageError);
  });
});
