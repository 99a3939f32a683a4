/** LEAN's own recipe: split-adjusted = raw × split factor, and with dividends × price factor as well. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LakeRuntime } from "../../local/runtime.ts";
import { hasSharedData, readSharedText } from "../helpers/shared-data.ts";

const symbols = new Set(["AAPL", "IBM"]);
/** Factors have seven digits, the smallest of splits six; dividends found from them are rounded to 0.0001. */
const splitTolerance = 2e-5;
const dividendTolerance = 2e-4;

const rowsOf = (path: string) => {
  const [header, ...rows] = readSharedText(path).trim().split("\n");
  return [header!, ...rows.filter((row) => symbols.has(row.split(",")[0]!))];
};

describe.skipIf(!hasSharedData)("bars_daily_adjusted against LEAN's factors (needs ../shared/data)", () => {
  let directory: string;
  let lake: LakeRuntime;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "marketlake-adjusted-"));
    const bars = join(directory, "bars.csv");
    const factors = join(directory, "factors.csv");
    await writeFile(bars, rowsOf("daily/stock-raw.csv.gz").join("\n"));
    await writeFile(factors, rowsOf("daily/stock-raw-factors.csv").join("\n"));
    lake = await LakeRuntime.open(join(directory, "lake"), { create: true, threads: 0 });
    const file = { assetClass: "stock", interval: "1d", adjustment: "none", currency: "USD" } as const;
    const outcomes = await lake.load([
      { ...file, path: factors, content: "actions", provider: "lean" },
      { ...file, path: bars, provider: "csv" },
    ]);
    for (const outcome of outcomes) if ("error" in outcome) throw outcome.error;
    await lake.drain();
  }, 60_000);

  afterAll(async () => {
    await lake.close();
    await rm(directory, { recursive: true });
  });

  it("has the splits of Apple with their published ratios", async () => {
    const { rows } = await lake.query(
      "select cast(ex_date as varchar), ratio from corporate_actions where symbol = 'AAPL' and kind = 'split' order by 1",
    );
    expect(rows).toEqual([
      ["2000-06-21", 2],
      ["2005-02-28", 2],
      ["2014-06-09", 7],
      ["2020-08-31", 4],
    ]);
  });

  it("gives on every day the closes that follow from the factors", async () => {
    const factors = rowsOf("daily/stock-raw-factors.csv")
      .slice(1)
      .map((row) => row.split(","));
    const { rows } = await lake.query(
      `select b.symbol, cast(b.session_date as varchar), b.close, a.close, a.adj_close, b.volume, a.volume
       from bars_daily b join bars_daily_adjusted a on a.asset_class = b.asset_class and a.symbol = b.symbol and a.ts = b.ts
       order by 1, 2`,
    );
    expect(rows.length).toBeGreaterThan(10_000);
    let [splitError, dividendError] = [0, 0];
    for (const [symbol, date, raw, close, adjusted, rawVolume, volume] of rows) {
      const [, , priceFactor, splitFactor] = factors.find(([of, until]) => of === symbol && until! >= date!)!;
      const expected = Number(raw) * Number(splitFactor);
      splitError = Math.max(splitError, Math.abs(Number(close) / expected - 1));
      dividendError = Math.max(
        dividendError,
        Math.abs(Number(adjusted) / (expected * Number(priceFactor)) - 1),
      );
      expect(Number(volume) * Number(close)).toBeCloseTo(Number(rawVolume) * Number(raw), -3);
    }
    expect(splitError).toBeLessThan(splitTolerance);
    expect(dividendError).toBeLessThan(dividendTolerance);
  });

  it("gives indicators the same closes", async () => {
    const { rows } = await lake.query(
      `select count(*), max(abs(i.close / a.close - 1)) from indicators_daily i
       join bars_daily_adjusted a on a.asset_class = i.asset_class and a.symbol = i.symbol and a.ts = i.ts`,
    );
    expect(Number(rows[0]![0])).toBeGreaterThan(10_000);
    expect(Number(rows[0]![1])).toBeLessThan(1e-12);
  });
});
