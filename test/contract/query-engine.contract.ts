import { describe, expect, test } from "vitest";
import { fromRows } from "../../core/columnar/batch.ts";
import { encodeParquet } from "../../core/columnar/parquet.ts";
import { QueryError } from "../../core/errors.ts";
import { barsKey } from "../../core/lake/keys.ts";
import type { QueryEngine } from "../../core/ports.ts";
import { barsDaily, type Row } from "../../core/tables/index.ts";
import { withSubject, type Subject } from "./subject.ts";

export interface SeedObject {
  readonly key: string;
  readonly bytes: Uint8Array;
}

const dayMs = 86_400_000;
const firstMs = Date.UTC(2025, 11, 30);

function dailyBar(symbol: string, day: number): Row<typeof barsDaily> {
  const ts = firstMs + day * dayMs;
  return {
    symbol,
    ts,
    open: 10 + day,
    high: 12 + day,
    low: 9 + day,
    close: 11.5 + day,
    adj_close: null,
    volume: 1_000 * (day + 1),
    currency: "USD",
    adjustment: "none",
    is_final: day < 3,
    provider: "csv",
    ingested_at: ts + dayMs,
    run_id: "run-1",
    session_date: ts / dayMs,
    close_base: null,
    fx_rate: null,
    data_quality_score: 100,
    quality_flags: null,
    source_key: "raw/parquet/x",
  };
}

/** Four days of two symbols across a change of year: two objects of `bars_daily`. */
const seedObjects = [seedObject("2025", [0, 1]), seedObject("2026", [2, 3])];

function seedObject(year: string, days: readonly number[]): SeedObject {
  const bars = ["AAA", "O'B"].flatMap((symbol) => days.map((day) => dailyBar(symbol, day)));
  return {
    key: barsKey({ assetClass: "stock", interval: "1d" }, year, 0),
    bytes: encodeParquet(barsDaily, fromRows(barsDaily, bars)),
  };
}

/** What every `QueryEngine` does. `makeEngine` builds one over a lake that holds exactly `objects`. */
export function queryEngineContract(
  name: string,
  makeEngine: (objects: readonly SeedObject[]) => Promise<Subject<QueryEngine>>,
): void {
  const withEngine = (use: (engine: QueryEngine) => Promise<void>) => () =>
    withSubject(
      () => makeEngine(seedObjects),
      ({ subject }) => use(subject),
    );

  describe(`${name} as a query engine`, () => {
    test(
      "returns columns in order, with names, and rows row by row",
      withEngine(async (engine) => {
        const { columns, rows } = await engine.query(
          "select symbol, close, volume from bars_daily where year = 2026 order by symbol, ts",
        );
        expect(columns.map((column) => column.name)).toEqual(["symbol", "close", "volume"]);
        expect(rows).toEqual([
          ["AAA", 13.5, 3_000],
          ["AAA", 14.5, 4_000],
          ["O'B", 13.5, 3_000],
          ["O'B", 14.5, 4_000],
        ]);
      }),
    );

    test(
      "gives timestamps as ISO-8601 UTC, dates as YYYY-MM-DD, booleans, and null for what is missing",
      withEngine(async (engine) => {
        const { rows } = await engine.query(
          "select ts, session_date, is_final, adj_close from bars_daily where symbol = 'AAA' order by ts limit 1",
        );
        expect(rows).toEqual([["2025-12-30T00:00:00.000Z", "2025-12-30", true, null]]);
      }),
    );

    test(
      "counts as numbers and keeps integers beyond 2^53 exact",
      withEngine(async (engine) => {
        const { rows } = await engine.query("select count(*), 9007199254740993 from bars_daily");
        expect(rows).toEqual([[8, 9_007_199_254_740_993n]]);
      }),
    );

    test(
      "never answers NaN or infinity",
      withEngine(async (engine) => {
        const { rows } = await engine.query("select cast('NaN' as double), cast('Infinity' as double)");
        expect(rows).toEqual([[null, null]]);
      }),
    );

    test(
      "binds parameters as values, whatever they contain",
      withEngine(async (engine) => {
        const count = async (symbol: string) =>
          (await engine.query("select count(*) from bars_daily where symbol = ?", [symbol])).rows[0]![0];
        expect(await count("O'B")).toBe(4);
        expect(await count("' or 1 = 1 --")).toBe(0);
        const { rows } = await engine.query(
          "select count(*) from bars_daily where year = ? and close > ? and is_final = ?",
          [2026, 13.25, true],
        );
        expect(rows).toEqual([[2]]);
      }),
    );

    test(
      "compares timestamps with timestamp literals",
      withEngine(async (engine) => {
        const { rows } = await engine.query(
          "select count(*) from bars_daily where ts >= timestamp '2026-01-01 00:00:00'",
        );
        expect(rows).toEqual([[4]]);
      }),
    );

    test(
      "answers the declared views, and a table without objects with its columns and no rows",
      withEngine(async (engine) => {
        const bars = await engine.query(
          `select "interval", count(*) from stock_data group by "interval" order by 1`,
        );
        expect(bars.rows).toEqual([["1d", 8]]);
        const indicators = await engine.query("select symbol, rsi_14, month from indicators_intraday");
        expect(indicators.columns.map((column) => column.name)).toEqual(["symbol", "rsi_14", "month"]);
        expect(indicators.rows).toEqual([]);
      }),
    );

    test(
      "refuses a syntax error, an unknown table and an unknown column as terminal query errors that quote the culprit",
      withEngine(async (engine) => {
        for (const [sql, culprit] of [
          ["selec 1", "selec"],
          ["select * from no_such_table", "no_such_table"],
          ["select no_such_column from bars_daily", "no_such_column"],
        ] as const) {
          const error = await engine.query(sql).catch((thrown: unknown) => thrown);
          expect(error).toBeInstanceOf(QueryError);
          expect((error as Error).message).toContain(culprit);
        }
      }),
    );

    test(
      "answers several queries at once",
      withEngine(async (engine) => {
        const answers = await Promise.all(
          Array.from({ length: 5 }, (_, i) =>
            engine.query("select sum(volume) + ? from bars_daily where symbol = 'AAA'", [i]),
          ),
        );
        expect(answers.map(({ rows }) => rows[0]![0])).toEqual([10_000, 10_001, 10_002, 10_003, 10_004]);
      }),
    );
  });
}
