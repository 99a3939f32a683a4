/** The demo as it ships: what it prints, that every view answers, and that running it again changes nothing. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tables } from "../../core/tables/index.ts";
import { views } from "../../core/tables/views.ts";
import { LakeRuntime } from "../../local/runtime.ts";
import { runCli, type CliOutcome } from "../helpers/cli.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

const figures = [
  "rows received",
  "curated",
  "quarantined",
  "superseded",
  "indicator rows",
  "objects",
  "time",
  "peak memory",
];

const demoTimeoutMs = 120_000;

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let first: CliOutcome;
let lake: LakeRuntime;

beforeAll(async () => {
  directory = await temporaryDirectory();
  first = await runCli(["demo", "--lake", directory.path]);
  lake = await LakeRuntime.open(directory.path, { threads: 0 });
}, demoTimeoutMs);
afterAll(async () => {
  await lake.close();
  await directory.remove();
});

const countOf = async (relation: string) =>
  Number((await lake.query(`select count(*) from ${relation}`)).rows[0]![0]);

const allBars = async () => (await lake.query("select * from bars order by all")).rows;

test("the demo ends 0 with the figures of its lake and a question to try", () => {
  expect(first.stderr).toBe("");
  expect(first.exitCode).toBe(0);
  for (const figure of figures) expect(first.stdout).toMatch(new RegExp(`^${figure} +\\S`, "m"));
  expect(first.stdout).toContain(`npm run -s marketlake -- query "select * from latest_indicators`);
  expect(first.stdout).toContain(`--lake ${directory.path}`);
});

test("its real bars are all there: AAPL 2013-05-13 to 2018-05-11, S&P 500 2000-01-03 to 2020-04-17", async () => {
  const { rows } = await lake.query(
    "select symbol, min(session_date), max(session_date) from bars_daily where provider = 'csv' group by 1 order by 1",
  );
  expect(rows).toEqual([
    ["AAPL", "2013-05-13", "2018-05-11"],
    ["^GSPC", "2000-01-03", "2020-04-17"],
  ]);
});

test("everything that is invented says so", async () => {
  const { rows } = await lake.query("select distinct provider from bars order by 1");
  expect(rows).toEqual([["csv"], ["synthetic"]]);
});

describe("every table and view answers", () => {
  test.each([...tables, ...views].map(({ name }) => name))("%s", async (name) => {
    expect(await countOf(name)).toBeGreaterThanOrEqual(0);
  });

  test.each([
    "stock_data",
    "etf_data",
    "index_data",
    "commodity_data",
    "bond_data",
    "crypto_data",
    "forex_data",
    "technical_indicators",
    "stock_prices",
    "stock_prices_intraday",
    "market_indices",
    "market_index_prices",
    "latest_bars",
    "latest_indicators",
    "quarantine",
  ])("%s has rows", async (name) => {
    expect(await countOf(name)).toBeGreaterThan(0);
  });
});

test("the question of the README prints a JSON array", async () => {
  const { exitCode, stdout } = await runCli([
    "query",
    "select * from latest_indicators order by symbol limit 5",
    "--format",
    "json",
    "--lake",
    directory.path,
  ]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toHaveLength(5);
});

test(
  "running it again changes no row and says that all of them were there",
  async () => {
    const before = await allBars();
    const again = await runCli(["demo", "--lake", directory.path]);
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toContain("all of them were here already");
    expect(await allBars()).toEqual(before);
  },
  demoTimeoutMs,
);

test("the books balance", async () => {
  const { accounting } = await lake.status();
  expect(accounting!.rawKeys).toBe(accounting!.curatedKeys + accounting!.quarantinedKeys);
  expect(accounting!.balanced).toBe(true);
});

test("a dataset directory without bars is refused with the layout that is expected", async () => {
  const { exitCode, stderr } = await runCli([
    "demo",
    "--data",
    import.meta.dirname,
    "--lake",
    directory.path,
  ]);
  expect(stderr).toMatch(
    /^error: directory ".*" holds no bars; expected files such as daily\/stock\.csv\.gz/,
  );
  expect(exitCode).toBe(1);
});
