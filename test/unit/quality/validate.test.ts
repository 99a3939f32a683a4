import { describe, expect, it } from "vitest";
import { symbolTimeOrder } from "../../../core/bars/order.ts";
import { takeRows } from "../../../core/columnar/batch.ts";
import type { Series } from "../../../core/lake/keys.ts";
import type { AssetClass, Interval } from "../../../core/market.ts";
import { reasonCodes, reasonText, validateBars } from "../../../core/quality/validate.ts";
import { rawBars } from "../../../core/tables/index.ts";
import { rawBatch, type RawRow } from "../../helpers/bar-rows.ts";
import { dailyReceipt, readCsv } from "../../helpers/csv.ts";
import { hasSharedData, readSharedText } from "../../helpers/shared-data.ts";

const daily: Series = { assetClass: "stock", interval: "1d" };

function reasonsOf(rows: readonly Partial<RawRow>[], series: Series = daily): string[] {
  return Array.from(validateBars(rawBatch(rows), series), reasonText);
}

const hourMs = 3_600_000;
const midnight = Date.UTC(2026, 10, 20);
const at = (hour: number, minute = 0) => midnight + hour * hourMs + minute * 60_000;

describe("a row", () => {
  it("without defects has no reasons against it", () => {
    expect(reasonsOf([{}])).toEqual([""]);
  });

  const cases: [string, Partial<RawRow>, string][] = [
    ["without a symbol", { symbol: null }, "missing_field"],
    ["without a time", { ts: null }, "missing_field"],
    ["without an open", { open: null }, "missing_field"],
    ["without a high", { high: null }, "missing_field"],
    ["without a low", { low: null }, "missing_field"],
    ["without a close", { close: null }, "missing_field"],
    ["without a volume", { volume: null }, "missing_field"],
    ["with an unreadable cell", { parse_error: "line 2", high: null }, "not_a_number"],
    ["with an infinite price", { high: Infinity }, "not_a_number"],
    ["with opposite infinities", { high: Infinity, low: -Infinity }, "not_a_number"],
    ["with an infinite and a missing price", { high: Infinity, low: null }, "missing_field,not_a_number"],
    ["with only zeros", { open: 0, high: 0, low: 0, close: 0 }, "non_positive_price"],
    ["with a negative low", { low: -1 }, "non_positive_price"],
    ["with the high below the low", { high: 89 }, "high_below_low"],
    ["with the open above the high", { open: 111 }, "open_outside_range"],
    ["with the open below the low", { open: 89 }, "open_outside_range"],
    ["with the close above the high", { close: 111 }, "close_outside_range"],
    ["with the close below the low", { close: 89 }, "close_outside_range"],
    ["with a negative volume", { volume: -1 }, "negative_volume"],
    [
      "with several defects",
      { open: 0, volume: -1 },
      "negative_volume,non_positive_price,open_outside_range",
    ],
    ["whose day begins somewhere 14 hours later", { ingested_at: midnight - 14 * hourMs }, ""],
    ["of a day that has begun nowhere", { ingested_at: midnight - 14 * hourMs - 1 }, "future_timestamp"],
    ["of a day that starts at noon", { ts: at(12) }, "misaligned_timestamp"],
    ["of the year 1900", { ts: Date.UTC(1900, 0) }, ""],
    ["of the year 1899", { ts: Date.UTC(1899, 11, 31) }, "misaligned_timestamp"],
    ["with volume 0 and without an adjusted close", { volume: 0, adj_close: null }, ""],
    ["of a bar without movement", { open: 5, high: 5, low: 5, close: 5 }, ""],
  ];
  for (const [what, difference, reasons] of cases) {
    it(`${what} ${reasons === "" ? "is valid" : `goes to quarantine for ${reasons}`}`, () => {
      expect(reasonsOf([difference])).toEqual([reasons]);
    });
  }

  it.each<[Interval, number, string]>([
    ["1h", at(9, 30), ""],
    ["1h", at(9, 15), ""],
    ["1h", at(9, 10), "misaligned_timestamp"],
    ["15min", at(9, 15), ""],
    ["15min", at(9, 20), "misaligned_timestamp"],
    ["1min", at(9, 1), ""],
    ["1min", at(9, 1) + 1, "misaligned_timestamp"],
    ["15min", at(12), ""],
    ["15min", at(12, 15), "future_timestamp"],
  ])("of %s that starts at %d and is received at noon has the reasons '%s'", (interval, ts, reasons) => {
    expect(reasonsOf([{ ts }], { assetClass: "stock", interval })).toEqual([reasons]);
  });

  it.each<[AssetClass, string]>([
    ["commodity", ""],
    ["bond", ""],
    ["stock", "non_positive_price"],
    ["etf", "non_positive_price"],
    ["index", "non_positive_price"],
    ["crypto", "non_positive_price"],
    ["forex", "non_positive_price"],
  ])("of a %s with the oil price of 2020-04-20 has the reasons '%s'", (assetClass, reasons) => {
    const oil = { open: 17.73, high: 17.85, low: -40.32, close: -37.63 };
    expect(reasonsOf([oil], { assetClass, interval: "1d" })).toEqual([reasons]);
  });
});

describe("rows of one bar", () => {
  const conflicting = "conflicting_duplicate";
  it.each<[string, Partial<RawRow>[], string[]]>([
    ["that are equal contradict nobody", [{}, {}], ["", ""]],
    [
      "that differ in a price are all refused",
      [{}, { close: 104 }, {}],
      [conflicting, conflicting, conflicting],
    ],
    ["that differ in the adjusted close are refused", [{ adj_close: 1 }, {}], [conflicting, conflicting]],
    ["of which one is provisional do not contradict", [{}, { is_final: false, close: 104 }], ["", ""]],
    [
      "that are both provisional contradict",
      [{ is_final: false }, { is_final: false, close: 104 }],
      [conflicting, conflicting],
    ],
    [
      "of which one is invalid leave the valid one",
      [{}, { close: -1 }],
      ["", "close_outside_range,non_positive_price"],
    ],
    [
      "of other symbols or days are no duplicates",
      [
        { symbol: "A" },
        { symbol: "B", close: 104 },
        { symbol: "B", ts: midnight + 24 * hourMs, ingested_at: at(48), close: 103 },
      ],
      ["", "", ""],
    ],
  ])("%s", (_, rows, reasons) => {
    expect(reasonsOf(rows)).toEqual(reasons);
  });
});

it("every documented reason code is written as the documentation writes it", () => {
  expect(reasonCodes).toEqual([...reasonCodes].sort());
  expect(reasonText((1 << reasonCodes.length) - 1)).toBe(
    "close_outside_range,conflicting_duplicate,future_timestamp,high_below_low,misaligned_timestamp," +
      "missing_field,negative_volume,non_positive_price,not_a_number,open_outside_range",
  );
});

/** Numbers of bad rows as the data's README gives them. */
describe.skipIf(!hasSharedData)("real files with vendor errors (absent: ../shared/data)", () => {
  it.each<[string, AssetClass, number, string]>([
    ["NAK-1d-zero-open", "stock", 91, "non_positive_price,open_outside_range"],
    ["PRTA-1d-zero-row", "stock", 3, "non_positive_price"],
    ["SPRC-1d-zero-low", "stock", 1, "non_positive_price"],
    ["SHEL-1d-ohlc-order", "stock", 1, "close_outside_range"],
    ["SMFL-1d-null-rows", "stock", 19, "missing_field"],
    ["SHIB-USD-1d-zero-prices", "crypto", 259, "non_positive_price"],
    ["THYAO-IS-1d-phantom-bars", "stock", 0, ""],
  ])("%s (%s) has %d bad rows: %s", (file, assetClass, count, text) => {
    const { batch } = readCsv(readSharedText(`dirty/${file}.csv`), { ...dailyReceipt, assetClass });
    const reasons = Array.from(validateBars(batch, { assetClass, interval: "1d" }), reasonText);
    const bad = reasons.filter((reason) => reason !== "");
    expect(bad).toEqual(Array.from({ length: count }, () => text));
  });

  it("XBTUSD out of time order has no bad rows: order is not a defect of a row", () => {
    const receipt = { ...dailyReceipt, assetClass: "crypto", interval: "5min" } as const;
    const { batch } = readCsv(readSharedText("dirty/XBTUSD-5m-unsorted.csv"), receipt);
    const order = symbolTimeOrder(batch.columns.symbol, batch.columns.ts);
    expect(order).not.toBeNull();
    expect(validateBars(takeRows(rawBars, batch, order!), receipt).every((mask) => mask === 0)).toBe(true);
  });
});
