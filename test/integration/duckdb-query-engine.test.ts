import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { emptyBatch } from "../../core/columnar/batch.ts";
import { encodeParquet } from "../../core/columnar/parquet.ts";
import { QueryError } from "../../core/errors.ts";
import type { QueryResult } from "../../core/ports.ts";
import { eltJobLog, partitionColumn, tables } from "../../core/tables/index.ts";
import { views } from "../../core/tables/views.ts";
import { DuckDbQueryEngine } from "../../local/duckdb/duckdb-query-engine.ts";
import { FileObjectStore } from "../../local/files/file-object-store.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let lake: string;
let store: FileObjectStore;
let engine: DuckDbQueryEngine;

beforeEach(async () => {
  directory = await temporaryDirectory();
  lake = join(directory.path, "lake");
  store = new FileObjectStore(lake);
  engine = new DuckDbQueryEngine(lake, { memoryLimitMb: 256, threads: 1 });
});

afterEach(async () => {
  await engine.close();
  store.close();
  await directory.remove();
});

const day = Date.UTC(2026, 10, 20);
const key = `${eltJobLog.prefix}dt=2026-11-20/load-stock-1d.parquet`;

/** An object of the job log with `rowCount` rows, whose run ids are all `runId`. */
function jobLog(rowCount: number, runId: string): Uint8Array {
  const batch = emptyBatch(eltJobLog, rowCount);
  const text = (value: string) => ({ values: [value], codes: new Uint32Array(rowCount) });
  const number = (value: number) => new Float64Array(rowCount).fill(value);
  const columns = Object.fromEntries(
    eltJobLog.columns
      .filter((column) => !column.nullable)
      .map(({ name, type }) => [
        name,
        type === "string" ? text(runId) : number(type === "timestamp" ? day : 1),
      ]),
  );
  return encodeParquet(eltJobLog, { ...batch, columns: { ...batch.columns, ...columns } });
}

async function failureOf(sql: string): Promise<Error> {
  const answer = await engine.query(sql).catch((error: unknown) => error);
  expect(answer, `${sql} must fail`).toBeInstanceOf(Error);
  return answer as Error;
}

const count = async () => valueOf(await engine.query("select count(*) from elt_job_log"));
const outside = () => join(directory.path, "outside.txt");
const filesOf = async () => (await readdir(directory.path, { recursive: true })).sort();
const valueOf = ({ rows }: QueryResult) => rows[0]![0];

describe("a lake without objects", () => {
  test("answers every table with its declared columns, and every view with its own", async () => {
    const sqlTypes = {
      string: "varchar",
      double: "double",
      bigint: "bigint",
      boolean: "boolean",
      timestamp: "timestamp",
      date: "date",
    } as const;
    for (const table of tables) {
      const { columns, rows } = await engine.query(`select * from ${table.name}`);
      expect(rows).toEqual([]);
      expect(columns).toEqual(
        [...table.columns, ...table.partitions.map(partitionColumn)].map(({ name, type }) => ({
          name,
          type: sqlTypes[type],
        })),
      );
    }
    for (const view of views) {
      const { columns } = await engine.query(`select * from ${view.name}`);
      expect(columns).toEqual(view.columns.map(({ name, type }) => ({ name, type: sqlTypes[type] })));
    }
  });

  test("is not created by asking", async () => {
    await engine.query("select 1");
    expect(existsSync(lake)).toBe(false);
  });
});

describe("objects that change under the engine", () => {
  test("are seen when they appear, change, vanish and come back", async () => {
    expect(await count()).toBe(0);
    await store.put(key, jobLog(3, "a"));
    expect(await count()).toBe(3);
    await store.put(key, jobLog(5, "b"));
    expect(await count()).toBe(5);
    await store.delete(key);
    expect(await count()).toBe(0);
    await store.put(key, jobLog(2, "c"));
    expect(await count()).toBe(2);
  });

  test("are read whole while they are replaced", async () => {
    const versions = [jobLog(20_000, "a"), jobLog(30_000, "b")];
    await store.put(key, versions[0]!);
    const progress = { done: false };
    const replace = async () => {
      for (let i = 0; i < 60; i++) await store.put(key, versions[i % 2]!);
      progress.done = true;
    };
    const read = async () => {
      do {
        const { rows } = await engine.query(
          "select run_id, count(*), sum(rows_in) from elt_job_log group by 1",
        );
        expect([
          ["a", 20_000, 20_000],
          ["b", 30_000, 30_000],
        ]).toContainEqual(rows[0]);
        expect(rows).toHaveLength(1);
      } while (!progress.done);
    };
    await Promise.all([replace(), read()]);
  });

  test("read the partition from the key, with its declared type", async () => {
    await store.put(key, jobLog(1, "a"));
    const { rows } = await engine.query("select dt, scheduled_at from elt_job_log where dt = '2026-11-20'");
    expect(rows).toEqual([["2026-11-20", "2026-11-20T00:00:00.000Z"]]);
  });
});

describe("SQL that could do more than read the lake", () => {
  beforeEach(async () => {
    await mkdir(lake, { recursive: true });
    await store.put(key, jobLog(1, "a"));
    await writeFile(outside(), "secret");
    await engine.query("select 1");
  });

  test("is refused and leaves no trace", async () => {
    const before = await filesOf();
    const target = join(lake, "written");
    for (const sql of [
      `copy (select 1) to '${target}.csv'`,
      `copy (select 1) to '${outside()}'`,
      `explain analyze copy (select 1) to '${target}.csv'`,
      `explain analyze /* */ copy (select 1) to '${target}.csv'`,
      `export database '${target}'`,
      `attach '${target}.db'`,
      "install httpfs",
      "load httpfs",
      "set threads = 8",
      "reset memory_limit",
      "pragma enable_profiling",
      "create table t as select 1",
      "create or replace view bars_daily as select 1",
      "drop view bars_daily",
      "insert into bars_daily select * from bars_daily",
      "select 1; drop view bars_daily",
      "call enable_logging()",
      `select * from enable_logging(storage = 'file', storage_path = '${target}')`,
      `select * from enable_profiling(save_location = '${target}.txt')`,
      `with x as (select * from enable_logging(storage = 'file', storage_path = '${target}')) select 1 where exists (from x)`,
      `select * from query('select * from enable_logging()')`,
      `select * from read_text('${outside()}')`,
      `select * from read_csv('${lake}/../outside.txt')`,
      `select * from '${outside()}'`,
      `select * from glob('/*')`,
      "prepare p as select 1",
      "begin",
      "",
      "-- nothing",
    ]) {
      expect(await failureOf(sql)).toBeInstanceOf(QueryError);
    }
    expect(await filesOf()).toEqual(before);
    expect(valueOf(await engine.query("select count(*) from bars_daily"))).toBe(0);
  });

  test("does not include queries that describe or explain", async () => {
    expect((await engine.query("describe bars_daily")).rows.length).toBeGreaterThan(10);
    expect((await engine.query("show tables")).rows.flat()).toContain("latest_bars");
    expect((await engine.query("explain select * from bars")).rows.length).toBeGreaterThan(0);
    expect((await engine.query("explain analyze select count(*) from bars")).rows.length).toBeGreaterThan(0);
    expect(valueOf(await engine.query("select sum(i) from range(5) t(i);"))).toBe(10);
  });
});

describe("errors", () => {
  test("of a mistyped table name the one that was meant and show the place", async () => {
    const { message } = await failureOf("select *\nfrom bars_dayly");
    expect(message).toContain('there is no table or view "bars_dayly"; did you mean "bars_daily"?');
    expect(message).toContain("LINE 2: from bars_dayly");
  });

  test("of an unknown table list the tables and views and show the place", async () => {
    const { message } = await failureOf("select *\nfrom candles");
    expect(message).toContain('there is no table or view "candles"');
    for (const { name } of [...tables, ...views]) expect(message).toContain(name);
    expect(message).toContain("LINE 2: from candles");
  });

  test("of syntax show the place", async () => {
    expect((await failureOf("select 1 +\nfrom bars")).message).toMatch(
      /syntax error.*\n\nLINE 2: from bars\n\s+\^/,
    );
  });

  test("of parameters say what came", async () => {
    await expect(engine.query("select ?", [])).rejects.toThrow(
      "query has 1 parameters, but 0 values were given",
    );
    await expect(engine.query("select ?", [Number.NaN])).rejects.toThrow(
      "parameter 1 must be a finite number, got NaN",
    );
  });

  test("of a damaged object name it, are terminal, spare other tables and end when it is mended", async () => {
    await store.put(key, new TextEncoder().encode("not Parquet, though it is long enough"));
    const error = await failureOf("select count(*) from elt_job_log");
    expect(error).toBeInstanceOf(QueryError);
    expect(error.message).toContain("load-stock-1d.parquet");
    // A condition that no missing value fulfils is asked all the same.
    await expect(engine.query("select count(*) from elt_job_log where rows_in > 0")).rejects.toThrow(
      "load-stock-1d.parquet",
    );
    expect(valueOf(await engine.query("select count(*) from bars"))).toBe(0);
    await store.put(key, jobLog(2, "a"));
    expect(valueOf(await engine.query("select count(*) from elt_job_log"))).toBe(2);
  });

  test("of a query that takes too long say so, and the engine goes on", async () => {
    const hasty = new DuckDbQueryEngine(lake, { timeoutMs: 100, threads: 1 });
    await expect(
      hasty.query("select sum(a.i * b.i) from range(1000000) a(i), range(1000000) b(i)"),
    ).rejects.toThrow("query took longer than 100 ms");
    expect(valueOf(await hasty.query("select 1"))).toBe(1);
    await hasty.close();
  });
});

describe("values", () => {
  test.each([
    ["cast(1.25 as decimal(10, 2))", 1.25],
    ["cast(170141183460469231731687303715884105727 as hugeint)", 170141183460469231731687303715884105727n],
    ["cast(9007199254740991 as bigint)", 9_007_199_254_740_991],
    ["timestamp '2026-01-02 03:04:05.678'", "2026-01-02T03:04:05.678Z"],
    ["timestamptz '2026-01-02 03:04:05.678+03:00'", "2026-01-02T00:04:05.678Z"],
    ["cast('1950-03-01 12:00:00' as timestamp)", "1950-03-01T12:00:00.000Z"],
    ["date '1969-12-31'", "1969-12-31"],
    ["time '09:30:00'", "09:30:00"],
    ["true", true],
    ["cast('-Infinity' as double)", null],
    ["[1, 2]", "[1, 2]"],
    ["null", null],
    ["''", ""],
  ])("of %s are %s", async (expression, expected) => {
    expect(valueOf(await engine.query(`select ${expression}`))).toBe(expected);
  });
});

describe("Athena's functions (examples from https://trino.io/docs/current/functions/)", () => {
  test.each([
    ["date_add('second', 86, timestamp '2020-03-01 00:00:00')", "2020-03-01T00:01:26.000Z"],
    ["date_add('hour', 9, timestamp '2020-03-01 00:00:00')", "2020-03-01T09:00:00.000Z"],
    ["date_add('day', -1, timestamp '2020-03-01 00:00:00')", "2020-02-29T00:00:00.000Z"],
    ["date_diff('second', timestamp '2020-03-01 00:00:00', timestamp '2020-03-02 00:00:00')", 86_400],
    ["date_diff('day', timestamp '2020-03-01 00:00:00', timestamp '2020-03-02 00:00:00')", 1],
    ["date_trunc('month', timestamp '2001-08-22 03:04:05.321')", "2001-08-01T00:00:00.000Z"],
    ["day_of_week(date '2026-11-22')", 7],
    ["from_unixtime(1)", "1970-01-01T00:00:01.000Z"],
    ["to_unixtime(timestamp '1970-01-01 00:00:01.500')", 1.5],
    ["from_iso8601_timestamp('2020-05-11T11:15:05Z')", "2020-05-11T11:15:05.000Z"],
    ["from_iso8601_date('2020-05-11')", "2020-05-11"],
    ["is_nan(cast('NaN' as double))", true],
    ["is_finite(1e0)", true],
    ["regexp_like('1a 2b 14m', '\\d+b')", true],
    ["(select approx_percentile(i, 0.5) from range(1, 6) t(i))", 3],
    ["(select approx_distinct(i % 3) from range(9) t(i))", 3],
    ["(select max_by(i, -i) from range(1, 6) t(i))", 1],
  ])("%s is %s", async (expression, expected) => {
    expect(valueOf(await engine.query(`select ${expression}`))).toBe(expected);
  });
});
