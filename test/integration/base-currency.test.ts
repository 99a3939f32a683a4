/** Exchange rates are an input of bars objects: whichever comes first, and after a rebuild, the objects are the same. */
import { describe, expect, it } from "vitest";
import { defaultLakeSettings } from "../../core/settings.ts";
import { barsDaily, indicatorsDaily } from "../../core/tables/index.ts";
import { dailyBar, MemoryLake } from "../helpers/memory-lake.ts";

const settings = { ...defaultLakeSettings, baseCurrency: { code: "INR", carryDays: 3 } };
const stocks = { assetClass: "stock", interval: "1d" } as const;
const forex = { assetClass: "forex", interval: "1d" } as const;
const day = (date: string) => Date.parse(date) / 86_400_000;
const receivedMs = Date.parse("2026-01-20");

const sessions = ["2025-12-30", "2025-12-31", "2026-01-02", "2026-01-05", "2026-01-06"];
const bars = (changes = {}) =>
  sessions.map((date) => dailyBar("AAPL", day(date), 200, { ingested_at: receivedMs, ...changes }));
const rate = (date: string, close: number, ingestedAtMs = receivedMs) =>
  dailyBar("USDINR", day(date), close, { currency: "INR", ingested_at: ingestedAtMs });

const share = (symbol: string, close: number, currency: string) =>
  dailyBar(symbol, day("2025-12-31"), close, { currency, ingested_at: receivedMs });
const rateOf = (symbol: string, close: number) => [share(symbol, close, "INR")];

async function convertedOf(lake: MemoryLake) {
  const rows = await lake.rows(barsDaily);
  return rows
    .filter(({ symbol }) => symbol === "AAPL")
    .map((row) => ({ close: row.close_base, rate: row.fx_rate, flags: row.quality_flags ?? "" }));
}

describe("close_base", () => {
  it("uses the rate of the bar's date, carries it over the turn of the year, and flags what has none", async () => {
    const lake = new MemoryLake(settings);
    await lake.receive(1, forex, [rate("2025-12-31", 90), rate("2026-01-02", 91)]);
    await lake.receive(2, stocks, bars());
    const converted = await convertedOf(lake);
    expect(converted.map((row) => [row.close, row.rate])).toEqual([
      [null, null],
      [18_000, 90],
      [18_200, 91],
      [18_200, 91],
      [null, null],
    ]);
    expect(converted.map(({ flags }) => flags.includes("fx_missing"))).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
  });

  it("divides pence, cents and agorot by a hundred", async () => {
    const lake = new MemoryLake(settings);
    await lake.receive(1, forex, rateOf("GBPINR=X", 120));
    await lake.receive(2, forex, rateOf("ZARINR=X", 5));
    await lake.receive(3, forex, rateOf("ILSINR=X", 25));
    const shares = [
      share("TSCO.L", 450, "GBp"),
      share("SSW.JO", 3_000, "ZAc"),
      share("TEVA.TA", 10_000, "ILA"),
      share("SHEL", 20, "GBP"),
    ];
    await lake.receive(4, stocks, shares);
    const rows = (await lake.rows(barsDaily)).filter(({ symbol }) => !symbol.endsWith("INR=X"));
    const closes = Object.fromEntries(rows.map((row) => [row.symbol, [row.close_base, row.fx_rate]]));
    // 4.50 GBP at 120 INR, 30 ZAR at 5 INR, 100 ILS at 25 INR.
    expect(closes).toEqual({
      "TSCO.L": [540, 1.2],
      "SSW.JO": [150, 0.05],
      "TEVA.TA": [2_500, 0.25],
      SHEL: [2_400, 120],
    });
    expect(rows.some(({ quality_flags }) => (quality_flags ?? "").includes("fx_missing"))).toBe(false);
  });

  it("is the same whichever comes first, bars or rates, after a correction, and after a rebuild", async () => {
    const early = [rate("2025-12-30", 89), rate("2025-12-31", 90)];
    const corrected = [rate("2025-12-31", 95, receivedMs + 1)];
    const ratesFirst = new MemoryLake(settings);
    await ratesFirst.receive(3, forex, corrected);
    await ratesFirst.receive(1, forex, early);
    await ratesFirst.receive(2, stocks, bars());
    const barsFirst = new MemoryLake(settings);
    await barsFirst.receive(2, stocks, bars());
    await barsFirst.receive(1, forex, early);
    await barsFirst.receive(3, forex, corrected);
    const expected = await ratesFirst.objects([barsDaily, indicatorsDaily]);
    expect(await barsFirst.objects([barsDaily, indicatorsDaily])).toEqual(expected);
    // Carried from the old year into the objects of the new one.
    expect((await convertedOf(barsFirst))[2]).toMatchObject({ close: 19_000, rate: 95 });

    await barsFirst.rebuild();
    expect(await barsFirst.objects([barsDaily, indicatorsDaily])).toEqual(expected);
    await barsFirst.rebuild(receivedMs);
    expect((await convertedOf(barsFirst))[2]).toMatchObject({ close: 18_000, rate: 90 });
  });

  it("is flagged where the bar's currency is unknown, and absent where no base currency is configured", async () => {
    const lake = new MemoryLake(settings);
    await lake.receive(1, forex, [rate("2025-12-31", 90)]);
    await lake.receive(2, stocks, bars({ currency: null }));
    expect(
      (await convertedOf(lake)).every(({ close, flags }) => close === null && flags.includes("fx_missing")),
    ).toBe(true);
    const off = new MemoryLake(defaultLakeSettings);
    await off.receive(1, forex, [rate("2025-12-31", 90)]);
    await off.receive(2, stocks, bars());
    expect(
      (await convertedOf(off)).every(({ close, flags }) => close === null && !flags.includes("fx")),
    ).toBe(true);
  });
});
