/** Files in, answers out: loading, querying and accounting on one small lake. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { barsHeader, barsText } from "../helpers/bars-text.ts";
import { runCli, type CliOutcome } from "../helpers/cli.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

const daily = ["--asset-class", "stock", "--interval", "1d"];
const good = barsText({
  symbols: ["AAA", "BBB"],
  bars: 250,
  fromMs: Date.UTC(2024, 0, 1),
  stepMs: 86_400_000,
});

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let lake: string;
let first: CliOutcome;

const file = async (name: string, content: string | Uint8Array) => {
  const path = join(directory.path, name);
  await writeFile(path, content);
  return path;
};
const load = (...args: string[]) => runCli(["load", ...args, "--lake", lake]);
const rows = async (sql: string) => {
  const { stdout, stderr } = await runCli(["query", sql, "--format", "json", "--lake", lake]);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Record<string, unknown>[];
};
const accounting = async () => {
  const { stdout } = await runCli(["status", "--format", "json", "--lake", lake]);
  return (JSON.parse(stdout) as { accounting: Record<string, unknown> }).accounting;
};

beforeAll(async () => {
  directory = await temporaryDirectory();
  lake = join(directory.path, "lake");
  first = await load(
    await file("good.csv.gz", gzipSync(good)),
    ...daily,
    "--adjustment",
    "split",
    "--currency",
    "USD",
  );
});
afterAll(() => directory.remove());

test("load ends with what was received, curated and quarantined, and shows no progress without a terminal", () => {
  expect(first.stderr).toBe("");
  expect(first.stdout).toMatch(/^received +500 +rows from 1 file\ncurated +500 .*\nquarantined +0\ntime /);
  expect(first.exitCode).toBe(0);
});

test("query prints a pure JSON array with what the command line said about the file", async () => {
  const sql =
    "select symbol, adjustment, currency, provider, count(*) as bars from stock_prices group by 1, 2, 3, 4 order by 1";
  expect(await rows(sql)).toEqual([
    { symbol: "AAA", adjustment: "split", currency: "USD", provider: "csv", bars: 250 },
    { symbol: "BBB", adjustment: "split", currency: "USD", provider: "csv", bars: 250 },
  ]);
});

test("query reads SQL from stdin and prints CSV", async () => {
  const { stdout } = await runCli(["query", "-", "--format", "csv", "--lake", lake], {
    input: "select count(*) as n, min(ts) as first from bars_daily",
  });
  expect(stdout).toBe("n,first\n500,2024-01-01T00:00:00.000Z\n");
});

test("loading the same file again changes nothing", async () => {
  const before = await rows("select * from bars_daily order by symbol, ts");
  const again = await load(
    join(directory.path, "good.csv.gz"),
    ...daily,
    "--adjustment",
    "split",
    "--currency",
    "USD",
  );
  expect(again.exitCode).toBe(0);
  expect(await rows("select * from bars_daily order by symbol, ts")).toEqual(before);
  expect(await accounting()).toMatchObject({ rawRows: 500, rawKeys: 500, curatedKeys: 500, balanced: true });
});

describe("bad input is told in one line, ends with 1 and leaves the lake as it was", () => {
  let before: Awaited<ReturnType<typeof accounting>>;
  beforeAll(async () => {
    before = await accounting();
  });

  test.each([
    { name: "missing column", content: good.replace(",close,", ",shut,"), says: /close/ },
    {
      name: "duplicate header",
      content: good.replace("volume", "volume,close"),
      says: /"close" repeats column 6/,
    },
    { name: "wrong delimiter", content: good.replaceAll(",", ";"), says: /";"|semicolon/ },
    { name: "empty file", content: "", says: /empty/ },
    { name: "Parquet instead of CSV", content: `PAR1${"\0".repeat(64)}PAR1`, says: /Parquet/ },
    {
      name: "line of 2 MB",
      content: `${barsHeader}\n${"x".repeat(2_000_000)}\n`,
      says: /line 2.*(long|bytes)/,
    },
  ])("$name", async ({ name, content, says }) => {
    const path = await file(`${name.replaceAll(" ", "-")}.csv`, content);
    const { exitCode, stderr } = await load(path, ...daily);
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^error: /);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(exitCode).toBe(1);
  });

  test("a file that is not there", async () => {
    const { exitCode, stderr } = await load(join(directory.path, "absent.csv"), ...daily);
    expect(stderr).toMatch(/^error: file ".*absent.csv" cannot be read/);
    expect(exitCode).toBe(1);
  });

  test("after all of it the lake has the rows that it had", async () => {
    expect(await accounting()).toEqual(before);
  });
});

test("a bad file does not stop the others", async () => {
  const bad = await file("bad-header.csv", "a,b\n1,2\n");
  const fine = await file(
    "fine.csv",
    barsText({ symbols: ["CCC"], bars: 3, fromMs: Date.UTC(2024, 0, 1), stepMs: 86_400_000 }),
  );
  const { exitCode, stdout, stderr } = await load(bad, fine, ...daily);
  expect(stdout).toMatch(/^received +3 /);
  expect(stderr).toMatch(/error: 1 of 2 files had problems; the others are loaded\n$/);
  expect(exitCode).toBe(1);
  expect(await rows("select count(*) as n from stock_prices where symbol = 'CCC'")).toEqual([{ n: 3 }]);
});

test("a row with text in a number goes to quarantine with line and column, the others are loaded", async () => {
  const path = await file(
    "text.csv",
    `${barsHeader}\nDDD,2024-01-02,1,2,1,2,10\nDDD,2024-01-03,1,abc,1,2,10\nDDD,2024-01-04,3,2,1,2,10\n`,
  );
  const { exitCode, stdout, stderr } = await load(path, ...daily);
  expect(stderr).toMatch(/text\.csv: line 3, column 4 \(high\): .*"abc"/);
  expect(stderr).toMatch(/error: ".*text\.csv" has 1 unreadable row of 3/);
  expect(stdout).toMatch(/received +3 .*\ncurated +1 .*\nquarantined +2 /);
  expect(exitCode).toBe(1);
  expect(await rows("select ts, received_text from quarantine where symbol = 'DDD' order by ts")).toEqual([
    { ts: "2024-01-03T00:00:00.000Z", received_text: "DDD,2024-01-03,1,abc,1,2,10" },
    { ts: "2024-01-04T00:00:00.000Z", received_text: null },
  ]);
});

test("of a truncated gzip, the rows before the break are loaded and the break is told", async () => {
  const whole = gzipSync(
    barsText({ symbols: ["EEE"], bars: 3_000, fromMs: Date.UTC(2014, 0, 1), stepMs: 86_400_000 }),
  );
  const path = await file("cut.csv.gz", whole.subarray(0, whole.length / 2));
  const { exitCode, stderr } = await load(path, ...daily);
  expect(stderr).toMatch(/cut\.csv\.gz.*gzip/);
  expect(exitCode).toBe(1);
  const [{ n } = { n: 0 }] = await rows("select count(*) as n from stock_prices where symbol = 'EEE'");
  expect(n).toBeGreaterThan(0);
  expect(n).toBeLessThan(3_000);
});

describe("SQL that cannot run ends with 1 and says why", () => {
  test.each([
    { sql: "select * from stock_pricess", says: /there is no table or view "stock_pricess"/ },
    { sql: "selec 1", says: /syntax error/ },
    { sql: "select nope from stock_prices", says: /nope/ },
    { sql: "drop table bars_daily", says: /only SELECT.*starts with "drop"/i },
  ])("$sql", async ({ sql, says }) => {
    const { exitCode, stdout, stderr } = await runCli(["query", sql, "--lake", lake]);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toMatch(says);
    expect(stdout).toBe("");
    expect(exitCode).toBe(1);
  });
});

test("every distinct row received is curated or in quarantine", async () => {
  const { rawKeys, curatedKeys, quarantinedKeys, balanced } = await accounting();
  expect(rawKeys).toBe((curatedKeys as number) + (quarantinedKeys as number));
  expect(balanced).toBe(true);
});
