/** The command line against vendors that fail: the lake ends up as if nothing had gone wrong. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
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

/** All that ask the web, on plans that have the series; `extract` with their options. */
const paid = {
  providers: {
    fmp: { plan: "starter" },
    alpha_vantage: { plan: "premium_1200" },
    coinmarketcap: { plan: "startup" },
  },
};
const asked = {
  yahoo: "--asset-class stock --interval 15min --symbols AAPL,MSFT",
  fmp: "--asset-class stock --interval 15min --symbols AAPL,MSFT",
  alpha_vantage: "--asset-class forex --interval 1h --symbols EURUSD,USDJPY",
  binance: "--asset-class crypto --interval 15min --symbols BTCUSDT,ETHUSDT",
  coinmarketcap: "--asset-class crypto --interval 1d --symbols BTC-USD,ETH-USD",
} as const;
/** What it takes for its limit a minute keeps everybody away for that minute, of real time too. */
const slowOf: Partial<Record<Vendor, readonly Fault[]>> = {
  binance: ["too_many_requests", "too_many_requests_retry_after", "error_object"],
};
type Vendor = keyof typeof asked;
const vendors = Object.keys(asked) as Vendor[];

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let config: string;
beforeAll(async () => {
  directory = await temporaryDirectory();
  config = join(directory.path, "paid.json");
  await writeFile(config, JSON.stringify(paid));
  for (const name of ["FMP", "ALPHA_VANTAGE", "COINMARKETCAP"]) vi.stubEnv(`${name}_API_KEY`, "k3y");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await directory.remove();
});

async function extractInto(name: string, vendor: Vendor, faults: FaultPlan) {
  const server = await startReplayServer({ clock, faults });
  const lake = join(directory.path, `${vendor}-${name}`);
  const what = ["--provider", vendor, ...asked[vendor].split(" "), "--at", at];
  const where = ["--base-url", server.baseUrl, "--lake", lake, "--config", config, "--quiet"];
  const { exitCode, stderr } = await runCli(["extract", ...what, ...where]);
  await server.close();
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  return { rows: await rowsOf(lake), faults: server.log.filter(({ fault }) => fault !== null).length };
}

/** All that people see. The key of a raw object depends on the order and number of its rows, which faults change. */
async function rowsOf(directoryOfLake: string) {
  const lake = await LakeRuntime.open(directoryOfLake, { threads: 0 });
  const rows = async (tables: readonly string[], columnsLeftOut: string) => {
    const answers = tables.map((table) =>
      lake.query(`select * exclude (${columnsLeftOut}) from ${table} order by symbol, ts`),
    );
    return (await Promise.all(answers)).flatMap((answer) => answer.rows);
  };
  try {
    return {
      bars: await rows(["bars_intraday", "bars_daily"], "source_key"),
      indicators: await rows(["indicators_intraday", "indicators_daily"], "computed_at"),
    };
  } finally {
    await lake.close();
  }
}

test.each(vendors)("%s that fails now and then ends with the same lake as without faults", async (vendor) => {
  const calm = await extractInto("calm", vendor, () => null);
  expect(calm.rows.bars.length).toBeGreaterThan(2 * 20);
  expect(calm.rows.indicators).toHaveLength(calm.rows.bars.length);
  const kinds = quickFaults.filter((fault) => slowOf[vendor]?.includes(fault) !== true);
  const stormy = await extractInto(
    "stormy",
    vendor,
    seededFaults({ seed: 3, rate: 1, kinds, perRequestMax: 2 }),
  );
  expect(stormy.faults).toBeGreaterThan(1);
  expect(stormy.rows).toEqual(calm.rows);
});

test.each<Fault>(["duplicates", "unsorted"])("%s leaves no trace in the lake", async (fault) => {
  const calm = await rowsOf(join(directory.path, "yahoo-calm"));
  const { rows } = await extractInto(
    fault,
    "yahoo",
    seededFaults({ seed: 1, rate: 1, kinds: [fault], perRequestMax: 1 }),
  );
  expect(rows).toEqual(calm);
});
