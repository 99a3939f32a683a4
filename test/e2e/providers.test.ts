/** Configuration, plan, backfill and status, as an operator goes through them, against vendors on this machine. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProviderPlan } from "../../core/plan/index.ts";
import type { LakeStatus } from "../../local/runtime.ts";
import { runCli } from "../helpers/cli.ts";
import { startReplayServer, type ReplayServer } from "../helpers/replay-server/server.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

const range = ["--from", "2024-10-01", "--to", "2024-11-01"];
/** New York trades on all weekdays of October 2024. */
const octoberBars = 23;

describe("the command line, on a configuration", () => {
  let server: ReplayServer;
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let config = "";
  let lake = "";
  const marketlake = (...args: string[]) => runCli(["--config", config, "--lake", lake, ...args]);

  const configure = (yahoo: object) => {
    const symbols = ["AAPL", "MSFT", "IBM"];
    const stock = { symbols, providers: ["yahoo"], intraday: null };
    const providers = { yahoo: { baseUrl: server.baseUrl, ...yahoo } };
    writeFileSync(config, JSON.stringify({ markets: { stock }, providers }));
  };

  beforeAll(async () => {
    server = await startReplayServer();
    directory = await temporaryDirectory();
    config = join(directory.path, "config.json");
    lake = join(directory.path, "lake");
  });
  afterAll(async () => {
    await server.close();
    await directory.remove();
  });

  test("checks it, and names the place of every mistake", async () => {
    configure({ plan: "pubic" });
    const wrong = await marketlake("config", "check");
    expect(wrong).toMatchObject({ exitCode: 1, stdout: "" });
    expect(wrong.stderr).toMatch(/providers\.yahoo\.plan: .*got "pubic"; did you mean "public"\?/);
    configure({});
    expect(await marketlake("config", "check")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/works; 3 symbols/) as string,
    });
  });

  test("plans a backfill, does it as planned, and goes on where a budget was used up", async () => {
    configure({ calls: { callsPerDay: 2 } });
    const plan = await marketlake("plan", "backfill", ...range, "--at", "2024-11-20", "--format", "json");
    const [planned] = JSON.parse(plan.stdout) as ProviderPlan[];
    expect(planned).toMatchObject({ provider: "yahoo", calls: 3, bars: 3 * octoberBars, fits: false });
    const cut = await marketlake("backfill", ...range);
    expect(cut.exitCode).toBe(1);
    expect(cut.stderr).toMatch(
      /1 symbol is left, and no provider may be asked until .* UTC.*the same command goes on/s,
    );
    configure({});
    const rest = await marketlake("backfill", ...range);
    expect(rest.exitCode).toBe(0);
    expect(rest.stdout).toMatch(/3 of 3 symbols done/);
    expect(server.log.filter(({ provider }) => provider === "yahoo")).toHaveLength(planned!.calls);
  }, 60_000);

  test("then tells how the provider is, and how far behind its market the lake is", async () => {
    const { stdout } = await marketlake("status", "--format", "json");
    const status = JSON.parse(stdout) as LakeStatus;
    expect(status.accounting).toMatchObject({ balanced: true, curatedKeys: 3 * octoberBars });
    expect(status.providers).toMatchObject([
      { provider: "yahoo", breaker: "closed", today: { unit: "calls", used: 3 } },
    ]);
    expect(status.freshness).toMatchObject([
      { assetClass: "stock", interval: "1d", newestBar: "2024-10-31T00:00:00.000Z" },
    ]);
    expect(status.freshness[0]!.barsBehind).toBeGreaterThan(0);
  });

  test("refuses work without symbols, and ranges without bars, before anything is done", async () => {
    expect(await marketlake("plan", "tick", "--asset-class", "crypto")).toMatchObject({ exitCode: 2 });
    const empty = await marketlake("backfill", "--from", "2024-11-02", "--to", "2024-11-01");
    expect(empty).toMatchObject({ exitCode: 2, stdout: "" });
  });

  test("fills gaps, tells what was missing and what came, and asks for nothing where nothing is missing", async () => {
    rmSync(join(lake, "curated/bars_daily/asset_class=stock/year=2024"), { recursive: true });
    const filled = await marketlake("backfill", "--gaps", ...range);
    expect(filled.stdout).toMatch(
      /69 +bars of 3 symbols were missing\n.* 69 +of them came\n.* 0 +bars are missing/,
    );
    const before = server.log.length;
    const again = await marketlake("backfill", "--gaps", ...range);
    expect(again.stdout).toMatch(/ 0 +bars were missing/);
    expect(server.log).toHaveLength(before);
  }, 60_000);

  test("extract ends with 1 where a provider may not be asked, and says for which symbols and until when", async () => {
    configure({ calls: { callsPerDay: 1 } });
    const spentLake = join(directory.path, "spent");
    const spent = await runCli(
      `--config ${config} --lake ${spentLake} extract --interval 1d --symbols AAPL,MSFT --at 2024-11-20`
        .split(" ")
        .concat(range),
    );
    expect(spent.exitCode).toBe(1);
    expect(spent.stdout).toMatch(/received +23 /);
    expect(spent.stderr).toMatch(/^error: 1 symbol without answer \(MSFT\): .*calls resume 20\d\d-\S+Z/m);
  });
});
