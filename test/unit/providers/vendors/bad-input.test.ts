/** What vendors do to us, the typed error, and what the pipeline makes of it. */
import { describe, expect, it } from "vitest";
import { createAlphaVantageProvider } from "../../../../core/providers/alpha-vantage/index.ts";
import { RateLimitedError, UnknownSymbolError } from "../../../../core/providers/errors.ts";
import { createFmpProvider } from "../../../../core/providers/fmp/index.ts";
import {
  GarbledResponseError,
  InvalidKeyError,
  PlanError,
  UnexpectedResponseError,
  VendorDownError,
} from "../../../../core/providers/vendor/errors.ts";
import { createYahooProvider } from "../../../../core/providers/yahoo/index.ts";
import { TransientError } from "../../../../core/errors.ts";
import { type Cells, fmpBody, yahooBody } from "../../../helpers/vendor-answers.ts";
import { answering } from "../../../helpers/vendor-bodies.ts";
import { type Scripted, VendorLake } from "../../../helpers/vendor-lake.ts";

const daily = { assetClass: "stock", interval: "1d" } as const;
const quarterly = { assetClass: "stock", interval: "15min" } as const;
const at = "2024-03-14T22:00:00Z";
const week = ["2024-03-11T00:00:00Z", "2024-03-15T00:00:00Z"] as const;

const monday: Cells = ["2024-03-11", 20, 22, 19, 21, 1_000];
const tuesday: Cells = ["2024-03-12", 21, 23, 20, 22, 1_100];

const good: Scripted = { body: fmpBody(monday) };

const fmpLake = (...script: Scripted[]) => new VendorLake(createFmpProvider(), script);
const dates = (rows: readonly { readonly ts: number | null }[]) =>
  rows.map(({ ts }) => new Date(ts!).toISOString().slice(0, 10));

/** The error that the adapter itself throws. */
async function adapterError(body: string, status: number): Promise<unknown> {
  const provider = createFmpProvider();
  const span = { fromMs: Date.parse(week[0]), toMs: Date.parse(week[1]), asOfMs: Date.parse(at) };
  const [request] = provider.transformQuery({ ...daily, symbols: ["ACME"], ...span });
  return provider.extract(request!, answering(body, status)).catch((error: unknown) => error);
}

describe("trouble that passes", () => {
  const html = "<!DOCTYPE html><html><title>Just a moment…</title></html>";
  const cut = fmpBody(monday, tuesday).slice(0, 60);

  it.each([
    ["HTTP 429", { status: 429, body: "Too Many Requests" }, RateLimitedError],
    ["HTTP 500", { status: 500, body: "oops" }, VendorDownError],
    ["HTTP 503 with a web page", { status: 503, body: html }, VendorDownError],
    ["a web page instead of JSON", { body: html }, GarbledResponseError],
    ["JSON cut in the middle", { body: cut }, GarbledResponseError],
    ["an empty body", { body: "" }, GarbledResponseError],
    ["a limit told with HTTP 200", { body: `{"Error Message":"Limit Reach ."}` }, RateLimitedError],
  ] as const)("%s is asked again, and the bar is in the lake once", async (_name, trouble, errorClass) => {
    const error = await adapterError(trouble.body, "status" in trouble ? trouble.status : 200);
    expect(error).toBeInstanceOf(errorClass);
    expect(error).toBeInstanceOf(TransientError);
    const lake = fmpLake(trouble, good);
    await lake.extract(daily, "ACME", at, week);
    expect(lake.calls).toHaveLength(2);
    expect(dates(await lake.bars(daily))).toEqual(["2024-03-11"]);
    expect(await lake.bodies()).toEqual([good.body]);
  });

  it.each(["a timeout", "a connection reset in the middle of the body"])("%s is asked again", async () => {
    const lake = fmpLake("broken", good);
    await lake.extract(daily, "ACME", at, week);
    expect(lake.calls).toHaveLength(2);
    expect(await lake.bars(daily)).toHaveLength(1);
  });

  it("HTTP 429 with Retry-After is not asked again before", async () => {
    const lake = fmpLake({ status: 429, headers: { "retry-after": "7" }, body: "Too Many Requests" }, good);
    await lake.extract(daily, "ACME", at, week);
    expect(lake.calls[1]).toBeGreaterThanOrEqual(7_000);
    expect(await lake.bars(daily)).toHaveLength(1);
  });

  it("trouble that does not pass ends the run with its error, and the next run gets the bar", async () => {
    const lake = fmpLake({ status: 500, body: "oops" });
    await expect(lake.extract(daily, "ACME", at, week)).rejects.toThrow(TransientError);
    expect(await lake.bars(daily)).toEqual([]);
  });
});

describe("trouble that stays", () => {
  it("a refused key is not tried twice, and is in no message", async () => {
    const lake = fmpLake({ status: 401, body: `{"Error Message":"Invalid API KEY MOCK."}` });
    const error: unknown = await lake.extract(daily, "ACME", at, week).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidKeyError);
    expect(String(error)).not.toContain("MOCK");
    expect(lake.calls).toHaveLength(1);
  });

  it("a plan without the endpoint is not asked twice", async () => {
    const body = `{"Information":"Thank you! This is a premium endpoint."}`;
    const lake = new VendorLake(createAlphaVantageProvider(), [{ body }]);
    await expect(lake.extract(daily, "ACME", at, week)).rejects.toThrow(PlanError);
    expect(lake.calls).toHaveLength(1);
  });

  it("an unknown or delisted symbol is told by its name and asked once", async () => {
    const body = `{"chart":{"result":null,"error":{"code":"Not Found","description":"No data found, symbol may be delisted"}}}`;
    const lake = new VendorLake(createYahooProvider(), [{ status: 404, body }]);
    const error: unknown = await lake.extract(daily, "GONE", at, week).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnknownSymbolError);
    expect(error).toMatchObject({ symbol: "GONE" });
    expect(lake.calls).toHaveLength(1);
  });

  it("bars of the successor of a renamed symbol are not taken for its own", async () => {
    const lake = new VendorLake(createYahooProvider(), [
      { body: yahooBody({ symbol: "META" }, [1_710_163_800, 1, 2, 1, 2, 9]) },
    ]);
    await expect(lake.extract(daily, "FB", at, week)).rejects.toThrow(
      /expected bars of "FB", got those of "META"/,
    );
    expect(await lake.bars(daily)).toEqual([]);
    expect(await lake.bodies()).toHaveLength(1);
  });

  it("days of the successor of a renamed symbol are not taken for a time without bars", async () => {
    const lake = new VendorLake(createFmpProvider(), [good]);
    const error: unknown = await lake.extract(daily, "FB", at, week).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnknownSymbolError);
    expect(String(error)).toContain(`expected bars of "FB", got those of "ACME"`);
    expect(await lake.bars(daily)).toEqual([]);
  });

  it("a fault of ten thousand rows is told in a few lines", async () => {
    const lake = fmpLake({ body: JSON.stringify(Array.from({ length: 10_000 }, (_, i) => i)) });
    const error: unknown = await lake.extract(daily, "ACME", at, week).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(String(error).length).toBeLessThan(1_500);
  });

  it.each([
    ["an object without bars", `{"bars":[]}`],
    ["a list of numbers", "[1,2,3]"],
    ["a text", `"no bars today"`],
    ["null", "null"],
  ])("JSON of an unknown shape, %s, is kept as received and refused", async (_name, body) => {
    const lake = fmpLake({ body });
    await expect(lake.extract(daily, "ACME", at, week)).rejects.toThrow(UnexpectedResponseError);
    expect(await lake.bodies()).toEqual([body]);
    expect(await lake.bars(daily)).toEqual([]);
  });

  it("longer bars than asked for are refused", async () => {
    const body = yahooBody({ dataGranularity: "1d" }, [1_710_163_800, 1, 2, 1, 2, 9]);
    const lake = new VendorLake(createYahooProvider(), [{ body }]);
    await expect(lake.extract(quarterly, "ACME", at, week)).rejects.toThrow(
      /expected 15min bars, got bars of "1d"/,
    );
  });
});

describe("rows that are wrong", () => {
  it("an empty list is a time without bars", async () => {
    const lake = fmpLake({ body: "[]" });
    await lake.extract(daily, "ACME", at, week);
    expect(await lake.bars(daily)).toEqual([]);
    expect(await lake.quarantined()).toEqual([]);
  });

  it("an empty list where bars should be leaves a gap, which a run for gaps fills", async () => {
    const lake = fmpLake({ body: "[]" }, good);
    await lake.extract(daily, "ACME", at, week);
    await lake.extract(daily, "ACME", "2024-03-15T09:00:00Z", week, "gaps");
    expect(lake.calls).toHaveLength(2);
    expect(dates(await lake.bars(daily))).toEqual(["2024-03-11"]);
  });

  it.each([
    [
      "text in a number's place",
      ["2024-03-12", 21, 23, "20", 22, 1],
      "not_a_number",
      "low: expected a number",
    ],
    [
      "a flag in a number's place",
      ["2024-03-12", 21, 23, 20, true, 1],
      "not_a_number",
      "close: expected a number",
    ],
    ["a day that does not exist", ["2023-02-29", 21, 23, 20, 22, 1], "not_a_number", "ts: expected a date"],
    ["no date", [null, 21, 23, 20, 22, 1], "not_a_number", "ts: expected a date"],
    ["a null in the middle", ["2024-03-12", 21, null, 20, 22, 1], "missing_field", null],
    ["no volume", ["2024-03-12", 21, 23, 20, 22, null], "missing_field", null],
    ["a negative price", ["2024-03-12", 21, 23, -20, 22, 1], "non_positive_price", null],
  ] as const)("%s costs its own row only", async (_name, row, reason, parseError) => {
    const lake = fmpLake({ body: fmpBody(row, monday) });
    await lake.extract(daily, "ACME", at, week);
    expect(dates(await lake.bars(daily))).toEqual(["2024-03-11"]);
    const [rejected] = await lake.quarantined();
    expect(rejected).toMatchObject({ symbol: "ACME", reason_codes: reason });
    expect(rejected!.parse_error ?? "").toContain(parseError ?? "");
  });

  it("bars out of order and sent twice are in the lake once, in order", async () => {
    const lake = fmpLake({ body: fmpBody(tuesday, monday, tuesday) });
    await lake.extract(daily, "ACME", at, week);
    expect(dates(await lake.bars(daily))).toEqual(["2024-03-11", "2024-03-12"]);
    expect(await lake.quarantined()).toEqual([]);
  });

  it("two versions of one bar in one answer contradict each other: neither is taken", async () => {
    const lake = fmpLake({ body: fmpBody(monday, tuesday, ["2024-03-12", 21, 23, 20, 22.5, 1_100]) });
    await lake.extract(daily, "ACME", at, week);
    expect(dates(await lake.bars(daily))).toEqual(["2024-03-11"]);
    const reasons = (await lake.quarantined()).map((row) => row.reason_codes);
    expect(reasons).toEqual(["conflicting_duplicate", "conflicting_duplicate"]);
  });

  it("a bar of the future goes to quarantine", async () => {
    const lake = fmpLake({ body: fmpBody(["2024-03-18", 21, 23, 20, 22, 1], monday) });
    await lake.extract(daily, "ACME", at, ["2024-03-11T00:00:00Z", "2024-03-30T00:00:00Z"]);
    expect(dates(await lake.bars(daily))).toEqual(["2024-03-11"]);
    expect((await lake.quarantined())[0]).toMatchObject({ reason_codes: "future_timestamp" });
  });

  it("a price a hundred times off is kept as received and flagged", async () => {
    const off: Cells = ["2024-03-13", 2_200, 2_300, 2_100, 2_200, 900];
    const lake = fmpLake({ body: fmpBody(off, tuesday, monday) });
    await lake.extract(daily, "ACME", at, week);
    const bar = (await lake.bars(daily)).find(({ close }) => close === 2_200);
    expect(bar!.quality_flags).toContain("unit_suspect");
  });
});
