import { describe, expect, test } from "vitest";
import { requestOf } from "../../../cli/commands/extract.ts";
import { currency, interval, providerId, symbolList, time } from "../../../cli/options.ts";

describe("a time", () => {
  test.each([
    ["2026-11-20", Date.UTC(2026, 10, 20)],
    ["2026-11-20T21:00:00Z", Date.UTC(2026, 10, 20, 21)],
    ["2026-11-20T16:00-05:00", Date.UTC(2026, 10, 20, 21)],
  ])("%s is read in UTC", (text, ms) => {
    expect(time(text)).toBe(ms);
  });

  test.each(["yesterday", "2026-02-31", "2026-11-20T21:00:00", "20261120", "2026-13-01"])(
    "%s is refused",
    (text) => {
      expect(() => time(text)).toThrow(/zone/);
    },
  );
});

test("an interval may have any of its usual names", () => {
  expect(["1d", "daily", "15m", "hour"].map(interval)).toEqual(["1d", "1d", "15min", "1h"]);
});

test("an unknown interval is refused with the known ones", () => {
  expect(() => interval("7d")).toThrow(/1min, 5min, 15min, 30min, 1h, 1d/);
});

test("a currency is an ISO code", () => {
  expect(currency("USD")).toBe("USD");
  expect(() => currency("usd")).toThrow(/ISO 4217/);
});

test("a provider id that could leave its place in an object key is refused", () => {
  expect(providerId("my-vendor")).toBe("my-vendor");
  expect(() => providerId("../x")).toThrow(/lower-case letters, digits/);
});

test("symbols are separated by commas", () => {
  expect(symbolList("AAPL, MSFT")).toEqual(["AAPL", "MSFT"]);
  expect(() => symbolList("AAPL,,MSFT")).toThrow(/commas/);
});

describe("an extract request", () => {
  const options = { lake: "x", provider: "synthetic", assetClass: "stock", interval: "1d" } as const;
  const nowMs = Date.UTC(2026, 10, 20, 21);

  test("leaves the window to the watermark where none is asked for", () => {
    expect(requestOf(options, nowMs)).toEqual({
      version: 1,
      kind: "extract",
      provider: "synthetic",
      assetClass: "stock",
      interval: "1d",
      scheduledTime: "2026-11-20T21:00:00.000Z",
      trigger: "cli",
    });
  });

  test("ends its window at the business time where no end is asked for", () => {
    const from = Date.UTC(2026, 0, 1);
    expect(requestOf({ ...options, from }, nowMs).window).toEqual({ fromMs: from, toMs: nowMs });
  });

  test("is refused for a range that holds no bar", () => {
    expect(() => requestOf({ ...options, from: nowMs, to: nowMs }, nowMs)).toThrow(/--from before --to/);
    expect(() => requestOf({ ...options, to: nowMs }, nowMs)).toThrow(/--to needs --from/);
  });
});
