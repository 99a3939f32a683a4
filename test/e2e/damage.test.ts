/** A lake of which some is damaged: what can be shown is shown, and the rest says what to do. */
import { globSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LakeStatus } from "../../local/runtime.ts";
import { runCli } from "../helpers/cli.ts";
import { startReplayServer, type ReplayServer } from "../helpers/replay-server/server.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

let server: ReplayServer;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
const marketlake = (...args: string[]) => runCli([...args, "--lake", directory.path]);
const one = (pattern: string) => join(directory.path, globSync(pattern, { cwd: directory.path })[0]!);

beforeEach(async () => {
  server = await startReplayServer();
  directory = await temporaryDirectory();
  await marketlake(
    ..."extract --provider yahoo --symbols AAPL --interval 1d --base-url".split(" "),
    server.baseUrl,
  );
});
afterEach(async () => {
  await server.close();
  await directory.remove();
});

test.each([
  ["a raw object", "raw/parquet/**/*.parquet", "books", "restore it from a copy"],
  ["bars", "curated/bars_daily/**/*.parquet", "books", "rebuild"],
  ["indicators", "curated/indicators_daily/**/*.parquet", "series", "rebuild"],
  ["the job log", "curated/elt_job_log/**/*.parquet", "last jobs", "rebuild"],
  ["the state of a provider", "curated/_state/providers/*.json", "provider yahoo", "delete it"],
])("status shows the rest where %s is damaged, and health tells of it", async (_, pattern, part, remedy) => {
  truncateSync(one(pattern), 9);
  const shown = await marketlake("status", "--format", "json");
  const status = JSON.parse(shown.stdout) as LakeStatus;
  expect(shown.exitCode).toBe(1);
  expect(status.unread.map((unread) => unread.part)).toContain(part);
  expect(status.unread.find((unread) => unread.part === part)!.why).toContain(remedy);
  expect(status.queues.length).toBeGreaterThan(0);
  expect(status.objects).toMatchObject([{ zone: "raw/" }, { zone: "curated/" }]);

  const health = await marketlake("health");
  expect(health.exitCode).toBe(1);
  expect(health.stdout).not.toMatch(/^healthy$/m);
  expect(health.stdout).toContain(remedy);
});

test("status shows bars and books where the database of the queues is damaged", async () => {
  const path = join(directory.path, ".state", "queues.sqlite");
  for (const suffix of ["-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
  writeFileSync(path, "no database, but long enough to be taken for one".repeat(100));
  const shown = await marketlake("status", "--format", "json");
  const status = JSON.parse(shown.stdout) as LakeStatus;
  expect(shown.exitCode).toBe(1);
  expect(status.unread.map(({ part }) => part)).toEqual(expect.arrayContaining(["queues", "dead letters"]));
  expect(status.accounting).toMatchObject({ balanced: true });
  expect(status.series).toHaveLength(1);
});
