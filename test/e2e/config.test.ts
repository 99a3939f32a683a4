/** One configuration for this machine and for AWS, as people check and read it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../helpers/cli.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory.remove());

/** Runs `config …` on a file that says `content`. */
function config(content: unknown, ...args: string[]) {
  const file = join(directory.path, "marketlake.config.json");
  writeFileSync(file, JSON.stringify(content));
  return runCli(["config", ...args, "--config", file]);
}

const stock = { symbols: ["AAPL", "MSFT"], providers: ["yahoo"] };

describe("config check", () => {
  test("tells mistakes of stages at their places, and ends with 1", async () => {
    const { exitCode, stdout, stderr } = await config(
      { markets: { stock }, stages: { prod: { markets: { stock: { providers: ["yaho"] } } } } },
      "check",
    );
    expect(stderr).toContain("stages.prod.markets.stock.providers[0]: invalid option");
    expect(stderr).toContain('did you mean "yahoo"?');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  });

  test("names the secrets that a stage on AWS wants, and where to get them", async () => {
    const file = {
      markets: { stock },
      stages: { prod: { markets: { stock: { providers: ["fmp"], intraday: null } } } },
    };
    const { exitCode, stdout, stderr } = await config(file, "check", "--stage", "prod");
    expect(stderr).toBe(
      "keys wanted in Secrets Manager:\n  marketlake/prod/fmp-api-key: get one at https://site.financialmodelingprep.com/developer/docs\n",
    );
    expect(stdout).toMatch(/marketlake\.config\.json: works; 2 symbols\n$/);
    expect(exitCode).toBe(0);
  });

  test("says that prod asks for nothing where no market has symbols", async () => {
    const { exitCode, stderr } = await config({}, "check", "--stage", "prod");
    expect(stderr).toContain("no market has symbols, so nothing is scheduled");
    expect(exitCode).toBe(0);
  });

  test("refuses a stage that there is not", async () => {
    const { exitCode, stderr } = await config({}, "check", "--stage", "porduction");
    expect(stderr).toBe(
      'error: stage "porduction" is not configured; use one of local, dev, prod (a stage of your own is an entry of "stages" in the configuration, if only {})\n',
    );
    expect(exitCode).toBe(1);
  });
});

describe("config show", () => {
  const file = {
    markets: { stock },
    stages: { prod: { markets: { stock: { symbols: ["AAPL"] } }, maintenance: { refresh: null } } },
  };

  test("prints one stage whole", async () => {
    const { stdout } = await config(file, "show", "--stage", "prod");
    expect(JSON.parse(stdout)).toMatchObject({
      markets: { stock: { symbols: ["AAPL"], providers: ["yahoo"] } },
      maintenance: { refresh: null, gaps: { lastDays: 7 } },
      deployment: { storage: { terminationProtection: true } },
    });
    expect(JSON.parse(stdout)).not.toHaveProperty("stages");
  });

  test("prints a file that means the same when it is read", async () => {
    const whole = (await config(file, "show")).stdout;
    expect((await config(JSON.parse(whole), "show")).stdout).toBe(whole);
    const prod = (await config(file, "show", "--stage", "prod")).stdout;
    expect((await config(JSON.parse(whole), "show", "--stage", "prod")).stdout).toBe(prod);
  });
});
