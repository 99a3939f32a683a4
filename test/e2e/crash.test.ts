/** kill -9 at any moment, then the same command again: the rows of an undisturbed run. */
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LakeRuntime } from "../../local/runtime.ts";
import { barsText } from "../helpers/bars-text.ts";
import { runCli, startCli } from "../helpers/cli.ts";
import { continueFirstAttempts, lakeRows } from "../helpers/lake-rows.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

const kills = 20;
const timeoutMs = 180_000;
const dayMs = 86_400_000;

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let command: (lake: string) => string[];

beforeAll(async () => {
  directory = await temporaryDirectory();
  const data = join(directory.path, "data");
  await mkdir(join(data, "daily"), { recursive: true });
  await mkdir(join(data, "intraday"), { recursive: true });
  const symbols = ["AAA", "BBB", "CCC", "DDD", "EEE", "FFF"];
  const daily = { symbols, bars: 900, fromMs: Date.UTC(2022, 0, 1), stepMs: dayMs };
  const badRow = "AAA,2021-12-31,1,abc,1,1,1\n";
  await writeFile(join(data, "daily", "stock-raw.csv"), barsText({ ...daily, base: 400 }));
  await writeFile(join(data, "daily", "stock.csv.gz"), gzipSync(barsText(daily) + badRow));
  await writeFile(
    join(data, "intraday", "index-5min.csv"),
    barsText({ symbols: ["^III"], bars: 1_500, fromMs: Date.UTC(2024, 0, 29, 14), stepMs: 300_000 }),
  );
  command = (lake) => ["demo", "--data", data, "--lake", lake];
});
afterAll(() => directory.remove());

test(
  `a demo that is killed at ${kills} random moments and started again has the rows of an undisturbed one`,
  async () => {
    const undisturbed = join(directory.path, "undisturbed");
    await runCli(command(undisturbed));
    const expected = await lakeRows(undisturbed);
    expect(expected["quarantine"]).toHaveLength(1);
    const timed = join(directory.path, "timed");
    await continueFirstAttempts(undisturbed, timed);
    const startedMs = performance.now();
    await runCli(command(timed));
    const durationMs = performance.now() - startedMs;
    expect(await lakeRows(timed)).toEqual(expected);

    const random = seededRandom(20_261_120);
    const moments = Array.from({ length: kills }, () => random() * durationMs);
    // Several lakes, so that the beginning of a lake is disturbed too and not only what follows.
    const perLake = 5;
    for (let from = 0; from < kills; from += perLake) {
      const disturbed = join(directory.path, `disturbed-${from}`);
      await continueFirstAttempts(undisturbed, disturbed);
      for (const moment of moments.slice(from, from + perLake)) await killAt(command(disturbed), moment);
      const last = await runCli(command(disturbed));
      expect(last.stderr).toContain("1 unreadable row");
      const message = `killed after ${moments
        .slice(from, from + perLake)
        .map(Math.round)
        .join(", ")} ms`;
      expect(await lakeRows(disturbed), message).toEqual(expected);
      expect(await waitingIn(disturbed), message).toBe(0);
    }
  },
  timeoutMs,
);

async function killAt(args: readonly string[], moment: number): Promise<void> {
  const child = startCli(args);
  const ended = once(child, "exit");
  child.stdin!.end();
  child.stdout!.resume();
  child.stderr!.resume();
  await Promise.race([sleep(moment), ended]);
  child.kill("SIGKILL");
  await ended;
}

async function waitingIn(directory: string): Promise<number> {
  const lake = await LakeRuntime.open(directory, { threads: 0 });
  try {
    const { queues } = await lake.status();
    return queues.reduce((sum, { visible, inFlight }) => sum + visible + inFlight, 0);
  } finally {
    await lake.close();
  }
}

/** mulberry32: the same moments, as shares of a run, in every test run. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
