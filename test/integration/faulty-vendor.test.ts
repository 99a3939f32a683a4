/** The command line against vendors that fail: the lake ends up as if nothing had gone wrong. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LakeRuntime } from "../../local/runtime.ts";
import { runCli } from "../helpers/cli.ts";
import { passingFaults, seededFaults, type Fault, type FaultPlan } from "../helpers/replay-server/faults.ts";
import { startReplayServer } from "../helpers/replay-server/server.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

// Friday, 20 November 2026, an hour before New York closes.
const at = "2026-11-20T20:00:00Z";
const clock = { nowMs: () => Date.parse(at) };
/** A call that hangs costs half a minute of real time. */
const quickFaults = passingFaults.filter((fault) => fault !== "timeout");

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory.remove());

async function extractInto(name: string, faults: FaultPlan) {
  const server = await startReplayServer({ clock, faults });
  const lake = join(directory.path, name);
  const what = ["--provider", "yahoo", "--symbols", "AAPL,MSFT", "--interval", "15min", "--at", at];
  const where = ["--base-url", server.baseUrl, "--lake", lake, "--quiet"];
  const { exitCode, stderr } = await runCli(["extract", ...what, ...where]);
  await server.close();
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  return { rows: await rowsOf(lake), faults: server.log.filter(({ fault }) => fault !== null).length };
}

/** All that people see. The key of a raw object depends on the order and number of its rows, which faults change. */
async function rowsOf(directoryOfLake: string) {
  const lake = await LakeRuntime.open(directoryOfLake, { threads: 0 });
  try {
    const bars = await lake.query("select * exclude (source_key) from bars_intraday order by symbol, ts");
    const indicators = await lake.query(
      "select * exclude (computed_at) from indicators_intraday order by symbol, ts",
    );
    return { bars: bars.rows, indicators: indicators.rows };
  } finally {
    await lake.close();
  }
}

test("an extract from a vendor that fails now and then ends with the same lake as one without faults", async () => {
  const calm = await extractInto("calm", () => null);
  // Thirty days of 21 sessions, of which the last has 22 bars so far.
  expect(calm.rows.bars.length).toBeGreaterThan(2 * 20 * 26);
  const stormy = await extractInto(
    "stormy",
    seededFaults({ seed: 3, rate: 1, kinds: quickFaults, perRequestMax: 2 }),
  );
  expect(stormy.faults).toBeGreaterThan(2);
  expect(stormy.rows).toEqual(calm.rows);
});

test.each<Fault>(["duplicates", "unsorted"])("%s leaves no trace in the lake", async (fault) => {
  const calm = await rowsOf(join(directory.path, "calm"));
  const { rows } = await extractInto(
    fault,
    seededFaults({ seed: 1, rate: 1, kinds: [fault], perRequestMax: 1 }),
  );
  expect(rows).toEqual(calm);
});
