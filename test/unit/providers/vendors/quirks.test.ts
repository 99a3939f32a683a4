/** What single vendors do that no other does. */
import { describe, expect, it } from "vitest";
import type { Series } from "../../../../core/lake/keys.ts";
import { createAlphaVantageProvider } from "../../../../core/providers/alpha-vantage/index.ts";
import { createFmpProvider } from "../../../../core/providers/fmp/index.ts";
import type { Provider } from "../../../../core/providers/provider.ts";
import { InvalidKeyError, UnexpectedResponseError } from "../../../../core/providers/vendor/errors.ts";
import { answering, fetchAnswer, rowsOf } from "../../../helpers/vendor-bodies.ts";
import { VendorLake } from "../../../helpers/vendor-lake.ts";

const daily = { assetClass: "stock", interval: "1d" } as const;

const read = (provider: Provider, series: Series, symbol: string, body: unknown) =>
  fetchAnswer({ ...series, provider, symbol }, JSON.stringify(body));

describe("keys in answers", () => {
  const at = "2024-03-14T22:00:00Z";
  const week = ["2024-03-11T00:00:00Z", "2024-03-15T00:00:00Z"] as const;

  it("do not get into the raw zone, whatever the answer is", async () => {
    const lake = new VendorLake(createAlphaVantageProvider(), [
      { body: `{"Info":"We have detected your API key as MOCK and will tell you more soon."}` },
    ]);
    const error: unknown = await lake.extract(daily, "ACME", at, week).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(String(error)).not.toContain("MOCK");
    expect(await lake.bodies()).toEqual([
      `{"Info":"We have detected your API key as *** and will tell you more soon."}`,
    ]);
  });

  it("are looked for as whole words, so that a body stays as received", async () => {
    const body = `[{"symbol":"ACME","date":"2024-03-11","open":1,"high":1,"low":1,"close":1,"volume":1,"note":"MOCKUP"}]`;
    const lake = new VendorLake(createFmpProvider(), [{ body }]);
    await lake.extract(daily, "ACME", at, week);
    expect(await lake.bodies()).toEqual([body]);
  });
});

const fmpBar = (date: string, close: number) => ({ date, open: 1, high: 9, low: 1, close, volume: 1 });

describe("FMP", () => {
  // Clocks in New York went back at 2:00 on 3 November 2024: 1:00 to 2:00 came twice, from 05:00 UTC on.
  const newestFirst = [
    fmpBar("2024-11-03 02:00:00", 6),
    fmpBar("2024-11-03 01:30:00", 5),
    fmpBar("2024-11-03 01:00:00", 4),
    fmpBar("2024-11-03 01:30:00", 3),
    fmpBar("2024-11-03 01:00:00", 2),
    fmpBar("2024-11-03 00:30:00", 1),
  ];

  it.each([
    ["newest", newestFirst],
    ["oldest", newestFirst.toReversed()],
  ])("has two bars of every wall time of the repeated hour, %s first", async (_order, body) => {
    const series = { assetClass: "crypto", interval: "30min" } as const;
    const rows = rowsOf(await read(createFmpProvider(), series, "BTC-USD", body));
    const closes = Object.fromEntries(rows.map(({ ts, close }) => [new Date(ts!).toISOString(), close]));
    expect(closes).toEqual({
      "2024-11-03T04:30:00.000Z": 1,
      "2024-11-03T05:00:00.000Z": 2,
      "2024-11-03T05:30:00.000Z": 3,
      "2024-11-03T06:00:00.000Z": 4,
      "2024-11-03T06:30:00.000Z": 5,
      "2024-11-03T07:00:00.000Z": 6,
    });
  });

  it.each(["2024-11-04 09:30:75", "2024-11-04 25:00:00", "2024-11-04", 1_730_730_600])(
    "has a row without a time for %j, and the rows beside it",
    async (date) => {
      const body = [{ ...fmpBar("", 2), date }, fmpBar("2024-11-04 09:45:00", 1)];
      const series = { assetClass: "stock", interval: "15min" } as const;
      const rows = rowsOf(await read(createFmpProvider(), series, "ACME", body));
      expect(rows.map(({ ts }) => ts)).toEqual(expect.arrayContaining([null, Date.UTC(2024, 10, 4, 14, 45)]));
      expect(rows.find(({ ts }) => ts === null)!.parse_error).toContain("ts: expected a time");
    },
  );
});

const bar = { "1. open": "1", "2. high": "2", "3. low": "1", "4. close": "2", "5. volume": "100" };
const answer = (bars: Readonly<Record<string, unknown>>, zone = "US/Eastern") => ({
  "Meta Data": { "2. Symbol": "ACME", "5. Time Zone": zone },
  "Time Series (Daily)": bars,
});

describe("Alpha Vantage", () => {
  const free = createAlphaVantageProvider();

  it("a day that does not exist costs its own row only", async () => {
    const rows = rowsOf(await read(free, daily, "ACME", answer({ "2024-02-31": bar, "2024-03-11": bar })));
    expect(rows.map(({ ts }) => ts)).toEqual([null, Date.UTC(2024, 2, 11)]);
    expect(rows[0]!.parse_error).toContain("ts: expected a date");
  });

  it("a split on a day that does not exist is refused", async () => {
    const body = answer({ "2024-02-31": { ...bar, "8. split coefficient": "2.0" } });
    await expect(read(free, daily, "ACME", body)).rejects.toThrow("cannot read a dividend or split");
  });

  it("an unknown time zone is refused by its name", async () => {
    const premium = createAlphaVantageProvider({ plan: "premium" });
    const body = answer({ "2024-03-11 09:30:00": bar }, "US/Mountain View");
    const failure = read(premium, { ...daily, interval: "15min" }, "ACME", body);
    await expect(failure).rejects.toThrow(UnexpectedResponseError);
    await expect(failure).rejects.toThrow("US/Mountain View");
  });

  it("the newest hundred bars are not taken for an answer about a time before them", async () => {
    const days = Array.from({ length: 100 }, (_, i) => new Date(Date.UTC(2026, 7, 1 + i)));
    const bars = Object.fromEntries(days.map((day) => [day.toISOString().slice(0, 10), bar]));
    const window = ["2024-03-11T00:00:00Z", "2024-03-15T00:00:00Z"] as const;
    const lake = new VendorLake(free, [{ body: JSON.stringify(answer(bars)) }]);
    await expect(lake.extract(daily, "ACME", "2024-03-14T22:00:00Z", window)).rejects.toThrow(
      /expected bars from 2024-03-11 on, got the newest 100, which begin on 2026-08-01/,
    );
  });

  it("the key of its examples is no key", async () => {
    const text = "The **demo** API key is for demo purposes only. Please claim your free API key at (…).";
    const [request] = free.transformQuery({ ...daily, symbols: ["ACME"], fromMs: 0, toMs: 1, asOfMs: 1 });
    const failure = free.extract(request!, answering(JSON.stringify({ Information: text })));
    await expect(failure).rejects.toThrow(InvalidKeyError);
  });
});
