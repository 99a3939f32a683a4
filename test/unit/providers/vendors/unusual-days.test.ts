/** Days on which clocks change, markets close early, or that exist every fourth year. */
import { describe, expect, it } from "vitest";
import { createFmpProvider } from "../../../../core/providers/fmp/index.ts";
import { createYahooProvider } from "../../../../core/providers/yahoo/index.ts";
import { fmpBody, yahooBody } from "../../../helpers/vendor-answers.ts";
import { type Scripted, VendorLake } from "../../../helpers/vendor-lake.ts";

const daily = { assetClass: "stock", interval: "1d" } as const;
const quarterly = { assetClass: "stock", interval: "15min" } as const;
const at = "2024-03-14T22:00:00Z";

const fmpLake = (...script: Scripted[]) => new VendorLake(createFmpProvider(), script);

describe("days that are different", () => {
  it("the open is at 14:30 UTC on the Friday before clocks go forward, and at 13:30 on the Monday after", async () => {
    const lake = fmpLake({
      body: fmpBody(["2024-03-11 09:30:00", 2, 3, 1, 2, 9], ["2024-03-08 09:30:00", 2, 3, 1, 2, 9]),
    });
    await lake.extract(quarterly, "ACME", at, ["2024-03-08T00:00:00Z", "2024-03-12T00:00:00Z"]);
    const bars = await lake.bars(quarterly);
    expect(bars.map(({ ts }) => ts)).toEqual([Date.UTC(2024, 2, 8, 14, 30), Date.UTC(2024, 2, 11, 13, 30)]);
    expect(bars.map((bar) => bar.quality_flags)).toEqual([null, null]);
  });

  it("the open is at 13:30 UTC on the Friday before clocks go back, and at 14:30 on the Monday after", async () => {
    const lake = fmpLake({
      body: fmpBody(["2024-11-04 09:30:00", 2, 3, 1, 2, 9], ["2024-11-01 09:30:00", 2, 3, 1, 2, 9]),
    });
    await lake.extract(quarterly, "ACME", "2024-11-05T00:00:00Z", [
      "2024-11-01T00:00:00Z",
      "2024-11-05T00:00:00Z",
    ]);
    const bars = await lake.bars(quarterly);
    expect(bars.map(({ ts }) => ts)).toEqual([Date.UTC(2024, 10, 1, 13, 30), Date.UTC(2024, 10, 4, 14, 30)]);
  });

  it("the last bar of a half day is before the early close, and the price at the close is no bar", async () => {
    // The day after Thanksgiving 2024: 13:00 in New York, 18:00 UTC.
    const [last, close] = [Date.UTC(2024, 10, 29, 17, 45), Date.UTC(2024, 10, 29, 18)].map(
      (ms) => ms / 1_000,
    );
    const body = yahooBody(
      {
        dataGranularity: "15m",
        regularMarketTime: close,
        currentTradingPeriod: { regular: { start: close! - 12_600, end: close } },
      },
      [last, 2, 3, 1, 2, 9],
      [close, 2, 2, 2, 2, 0],
    );
    const lake = new VendorLake(createYahooProvider(), [{ body }]);
    await lake.extract(quarterly, "ACME", "2024-11-29T18:20:00Z", [
      "2024-11-29T00:00:00Z",
      "2024-11-30T00:00:00Z",
    ]);
    const bars = await lake.bars(quarterly);
    expect(bars.map(({ ts, is_final, quality_flags }) => [ts, is_final, quality_flags])).toEqual([
      [last! * 1_000, true, null],
    ]);
  });

  it("a daily bar of a half day is final at the early close", async () => {
    const lake = fmpLake({ body: fmpBody(["2024-11-29", 20, 22, 19, 21, 1_000]) });
    await lake.extract(daily, "ACME", "2024-11-29T18:20:00Z", [
      "2024-11-29T00:00:00Z",
      "2024-11-30T00:00:00Z",
    ]);
    expect(await lake.bars(daily)).toMatchObject([{ is_final: true }]);
  });

  it("a daily bar is provisional while its session is open", async () => {
    const lake = fmpLake({ body: fmpBody(["2024-03-14", 20, 22, 19, 21, 1_000]) });
    await lake.extract(daily, "ACME", "2024-03-14T19:59:00Z", [
      "2024-03-14T00:00:00Z",
      "2024-03-15T00:00:00Z",
    ]);
    expect(await lake.bars(daily)).toMatchObject([{ is_final: false }]);
  });

  it("a leap day is a day", async () => {
    const lake = fmpLake({ body: fmpBody(["2024-02-29", 20, 22, 19, 21, 1_000]) });
    await lake.extract(daily, "ACME", at, ["2024-02-28T00:00:00Z", "2024-03-02T00:00:00Z"]);
    expect(await lake.bars(daily)).toMatchObject([{ ts: Date.UTC(2024, 1, 29), session_date: 19_782 }]);
  });
});
