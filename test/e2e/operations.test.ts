/** What happens around the data: two processes at once, messages that nobody understands, rebuilds, interrupts. */
import { once } from "node:events";
import { mkdir, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { queueDatabasePath } from "../../local/lake.ts";
import { LakeRuntime, type LakeStatus } from "../../local/runtime.ts";
import { SqliteWorkQueue } from "../../local/sqlite/sqlite-work-queue.ts";
import { systemClock } from "../../lambdas/shared/system-clock.ts";
import { barsText } from "../helpers/bars-text.ts";
import { runCli, startCli } from "../helpers/cli.ts";
import { continueFirstAttempts, lakeRows } from "../helpers/lake-rows.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

const dayMs = 86_400_000;
const stockDaily = ["--asset-class", "stock", "--interval", "1d"];
const symbols = ["AAA", "BBB", "CCC", "DDD"];

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let oldFile: string;
let newFile: string;
/** A lake into which both files were loaded, one after the other. */
let reference: string;

const load = (file: string, lake: string) => runCli(["load", file, ...stockDaily, "--lake", lake]);
const statusOf = async (lake: string): Promise<LakeStatus> => {
  const { stdout } = await runCli(["status", "--format", "json", "--lake", lake]);
  return JSON.parse(stdout) as LakeStatus;
};
const inLake = async <T>(path: string, work: (lake: LakeRuntime) => Promise<T>): Promise<T> => {
  const lake = await LakeRuntime.open(path, { threads: 0 });
  try {
    return await work(lake);
  } finally {
    await lake.close();
  }
};

beforeAll(async () => {
  directory = await temporaryDirectory();
  oldFile = join(directory.path, "old.csv");
  newFile = join(directory.path, "new.csv");
  reference = join(directory.path, "reference");
  const bars = { symbols, fromMs: Date.UTC(2023, 0, 1), stepMs: dayMs };
  await writeFile(oldFile, `${barsText({ ...bars, bars: 400 })}AAA,2022-12-31,2,1,1,2,5\n`);
  await writeFile(newFile, barsText({ ...bars, bars: 500, base: 200 }));
  await load(oldFile, reference);
  await load(newFile, reference);
});
afterAll(() => directory.remove());

/** An empty lake in which loads of the two files get the times of receipt that they have in the reference. */
const likeReference = async (name: string) => {
  const lake = join(directory.path, name);
  await mkdir(lake);
  await continueFirstAttempts(reference, lake);
  return lake;
};

test("two processes that load into one new lake at once both finish and lose nothing", async () => {
  const lake = await likeReference("shared");
  const outcomes = await Promise.all([load(oldFile, lake), load(newFile, lake), load(newFile, lake)]);
  for (const { exitCode, stderr } of outcomes)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(await lakeRows(lake)).toEqual(await lakeRows(reference));
  const { accounting, queues } = await statusOf(lake);
  expect(accounting!.balanced).toBe(true);
  expect(queues.filter(({ visible, inFlight }) => visible + inFlight > 0)).toEqual([]);
});

describe("rebuild", () => {
  test("gives row for row what arrived bit by bit", async () => {
    const before = await lakeRows(reference);
    const { exitCode, stdout } = await runCli(["rebuild", "--lake", reference]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^shards +\d+/);
    expect(await lakeRows(reference)).toEqual(before);
  });

  test("with --as-of gives the lake as it was known then, refuses new data, and is undone by a rebuild", async () => {
    const lake = await likeReference("as-of");
    await load(oldFile, lake);
    const known = await lakeRows(lake);
    const [[received]] = (await inLake(lake, (open) => open.query("select max(ingested_at) from raw_bars")))
      .rows as unknown as [[string]];
    await load(newFile, lake);
    const now = await lakeRows(lake);

    const back = await runCli(["rebuild", "--as-of", received, "--lake", lake]);
    expect(back.exitCode).toBe(0);
    const past = await lakeRows(lake);
    expect({ ...past, raw_bars: null }).toEqual({ ...known, raw_bars: null });
    expect((await statusOf(lake)).asOf).toBe(received);
    const refused = await load(newFile, lake);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('bring it back to the present with "rebuild"');

    await runCli(["rebuild", "--lake", lake]);
    expect(await lakeRows(lake)).toEqual(now);
    expect((await statusOf(lake)).asOf).toBeNull();
  });
});

test("messages that cannot be understood end in the dead-letter queue with their cause, and nothing else suffers", async () => {
  const lake = await likeReference("dead-letters");
  await load(oldFile, lake);
  const message = {
    version: 1,
    kind: "transform",
    runId: "run-x",
    scheduledMs: 0,
    assetClass: "stock",
    interval: "1d",
    shard: 0,
    sources: [{ key: "raw/x", rows: 1, fromMs: 0, toMs: 1 }],
  };
  const bodies = [
    "not JSON",
    JSON.stringify({ ...message, version: 2 }),
    JSON.stringify({ ...message, shard: 4_000 }),
  ];
  const queue = new SqliteWorkQueue(
    queueDatabasePath(lake),
    { name: "transform", maxReceiveCount: 5, deadLetterQueue: "transform-dlq" },
    systemClock,
  );
  await queue.send(bodies.map((body) => ({ body, attributes: { correlationId: "test" } })));
  queue.close();

  const { exitCode } = await load(newFile, lake);
  expect(exitCode).toBe(0);
  const { deadLetters, queues, accounting } = await statusOf(lake);
  const causeOf = (body: string) => deadLetters.find((letter) => letter.body === body)?.cause;
  expect(causeOf(bodies[0]!)).toMatch(/not JSON/);
  expect(causeOf(bodies[1]!)).toMatch(/version 2.*redrive/);
  expect(causeOf(bodies[2]!)).toMatch(/shard 4000/);
  expect(queues).toContainEqual({ name: "transform-dlq", visible: 3, inFlight: 0 });
  expect(accounting!.balanced).toBe(true);
  const { stdout } = await runCli(["status", "--lake", lake]);
  expect(stdout).toMatch(/dead letters\n.*cause/);

  const again = await runCli(["redrive", "--lake", lake]);
  expect(again.stdout).toMatch(/tried +3 /);
  expect(again.stdout).toMatch(/dead again +3/);
  expect(again.stderr).toMatch(/^error: queue "transform": message is not JSON/m);
  expect(again.exitCode).toBe(1);
  const discarded = await runCli(["redrive", "--discard", "--lake", lake]);
  expect(discarded.stdout).toContain("not JSON");
  expect(discarded.exitCode).toBe(0);
  expect((await statusOf(lake)).deadLetters).toEqual([]);
});

test("a damaged raw object fails the load that needs it; once it is mended, redrive does the work", async () => {
  const lake = await likeReference("damaged");
  await load(oldFile, lake);
  const keys = await readdir(join(lake, "raw"), { recursive: true });
  const damaged = join(
    lake,
    "raw",
    keys.find((key) => key.endsWith(".parquet"))!,
  );
  const whole = await readFile(damaged);
  await truncate(damaged, 100);

  const failed = await load(oldFile, lake);
  expect(failed.stderr).toContain("cut short");
  expect(failed.stderr).toContain('run "redrive"');
  expect(failed.exitCode).toBe(1);
  const query = await runCli(["query", "select count(*) from raw_bars", "--lake", lake]);
  expect(query.stderr).toContain("restore it from a copy");

  await writeFile(damaged, whole);
  const redriven = await runCli(["redrive", "--lake", lake]);
  expect(redriven.stderr).toBe("");
  expect(redriven.exitCode).toBe(0);
  await load(newFile, lake);
  expect(await lakeRows(lake)).toEqual(await lakeRows(reference));
});

test("an interrupted command ends with 130, says that the same command continues, and it does", async () => {
  const lake = join(directory.path, "interrupted");
  // So much that the command is not at its end when the first stage is.
  const long = join(directory.path, "long.csv");
  const many = Array.from({ length: 100 }, (_, i) => `S${i}`);
  await writeFile(
    long,
    barsText({ symbols: many, fromMs: Date.UTC(2015, 0, 1), stepMs: dayMs, bars: 1_000 }),
  );
  const child = startCli(["load", long, ...stockDaily, "--lake", lake, "--debug"]);
  child.stdin!.end();
  const ended = once(child, "close");
  const said = text(child.stderr!);
  // The log of a stage: the work has begun and is not at its end.
  await once(child.stdout!, "data");
  child.stdout!.resume();
  child.kill("SIGINT");
  const [exitCode] = await ended;
  expect(await said).toContain("the same command continues");
  expect(exitCode).toBe(130);
  expect((await load(long, lake)).exitCode).toBe(0);
  const { balanced, curatedKeys, indicatorRows } = (await statusOf(lake)).accounting!;
  expect({ balanced, curatedKeys, indicatorRows }).toEqual({
    balanced: true,
    curatedKeys: 100_000,
    indicatorRows: 100_000,
  });
});

test("extract repeats a run with the same --at without effect, and answers for unknown providers", async () => {
  const lake = join(directory.path, "extracted");
  const extract = (...args: string[]) =>
    runCli(["extract", ...args, "--asset-class", "index", "--interval", "5min", "--lake", lake]);
  const at = ["--from", "2025-11-03", "--to", "2025-11-05", "--at", "2025-11-05T00:00:00Z"];
  const first = await extract("--provider", "synthetic", ...at);
  expect(first.exitCode).toBe(0);
  expect(first.stdout).toMatch(/^received +\d+ +rows from provider synthetic\n/);
  const rows = await lakeRows(lake);
  expect(rows["bars_intraday"]).not.toEqual([]);
  expect((await extract("--provider", "synthetic", ...at)).exitCode).toBe(0);
  expect(await lakeRows(lake)).toEqual(rows);
  const derived = await inLake(lake, (open) =>
    open.query(
      `select count(*) from bars_intraday where "interval" = '15min' and source_key = 'derived:5min'`,
    ),
  );
  // Two sessions of 26 quarter hours, four indices.
  expect(derived.rows).toEqual([[208]]);

  const unknown = await extract("--provider", "nobody");
  expect(unknown.stderr).toMatch(/^error: .*provider "nobody" is not known; known are /);
  expect(unknown.exitCode).toBe(1);
});
