import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { adjustedBarsSql } from "../../core/tables/adjusted-bars-sql.ts";

/** What the view makes of a bar of 4 January at 100, with a dividend of 1 % on 5 January and a 2:1 split on the 7th. */
async function adjusted({
  bar,
  dividend,
  split = "timestamp '2026-01-07'",
  newest = null,
}: {
  bar: string;
  dividend: string;
  split?: string;
  /** Date of a second bar. */
  newest?: string | null;
}): Promise<unknown> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    await connection.run(`
      create table bars_daily as select 'stock' as asset_class, 'A' as symbol, timestamp '2026-01-04' as ts,
        date '2026-01-04' as session_date, ${bar}, 1000.0 as volume, 'USD' as currency, 2026 as year;
      create table corporate_actions as
        select 'stock' as asset_class, 'A' as symbol, date '2026-01-05' as ex_date, 'dividend' as kind,
          cast(null as double) as ratio, ${dividend}
        union all select 'stock', 'A', date '2026-01-07', 'split', 2.0, null, 'none', ${split}`);
    if (newest !== null) {
      await connection.run(
        `insert into bars_daily select * replace (date '${newest}' as session_date, timestamp '${newest}' as ts) from bars_daily`,
      );
    }
    const reader = await connection.runAndReadAll(
      `select close, adj_close, volume from (${adjustedBarsSql}) order by ts`,
    );
    return reader.getRows()[0]!.map((value) => Math.round(Number(value) * 1e9) / 1e9);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const prices = (price: number, adjustment: string, received: string) =>
  `${price}.0 as open, ${price}.0 as high, ${price}.0 as low, ${price}.0 as close, '${adjustment}' as adjustment, timestamp '${received}' as ingested_at`;
const paid = (amount: number, adjustment: string, received: string) =>
  `cast(${amount} as double) as amount, '${adjustment}' as adjustment, timestamp '${received}' as ingested_at`;

describe("bars_daily_adjusted", () => {
  it.each([
    ["as traded, dividend as paid", prices(100, "none", "2026-01-09"), paid(1, "none", "2026-01-09")],
    ["as traded, dividend adjusted", prices(100, "none", "2026-01-09"), paid(0.5, "split", "2026-01-09")],
    ["adjusted after the split", prices(50, "split", "2026-01-09"), paid(0.5, "split", "2026-01-09")],
    ["adjusted before the split", prices(100, "split", "2026-01-05"), paid(1, "split", "2026-01-05")],
  ])("gives the same prices for bars and dividends %s", async (_, bar, dividend) => {
    const [close, adjClose] = (await adjusted({ bar, dividend })) as number[];
    expect([close, adjClose]).toEqual([50, 49.5]);
  });

  it("applies an announced split from the first bar in new shares on", async () => {
    const bar = prices(100, "none", "2026-01-04");
    const announced = {
      bar,
      dividend: paid(1, "none", "2026-01-02"),
      split: "timestamp '2026-01-02'",
    };
    expect(await adjusted(announced)).toEqual([100, 100, 1000]);
    expect(await adjusted({ ...announced, newest: "2026-01-06" })).toEqual([100, 99, 1000]);
    expect(await adjusted({ ...announced, newest: "2026-01-07" })).toEqual([50, 49.5, 2000]);
  });

  it("leaves the dividend out where the provider had applied it", async () => {
    const bar = prices(50, "split_dividend", "2026-01-09");
    expect(await adjusted({ bar, dividend: paid(0.5, "split", "2026-01-09") })).toEqual([50, 50, 1000]);
  });
});
