import { describe, expect, test } from "vitest";
import {
  checkConfig,
  completeFile,
  configOf,
  parseConfigFile,
  readConfigFile,
  stageConfig,
  providerSettingsOf,
} from "../../../core/config/index.ts";
import { createProviders } from "../../../core/providers/registry.ts";

const fileOf = (value: unknown) => parseConfigFile(JSON.stringify(value), "test.json");
const problemsOf = (value: unknown) =>
  readConfigFile(JSON.stringify(value)).problems.map(({ path, message }) => `${path}: ${message}`);

function check(value: unknown, stage: string) {
  const config = configOf(fileOf(value), stage);
  return checkConfig(config, createProviders(providerSettingsOf(config)), stage);
}

describe("a stage", () => {
  test("does what the file says, but for what it says itself", () => {
    const file = fileOf({
      markets: { stock: { symbols: ["AAPL"], providers: ["fmp", "yahoo"], shards: 8 } },
      deployment: { logs: { level: "WARN" } },
      stages: {
        prod: { markets: { stock: { symbols: ["AAPL", "MSFT"], providers: ["fmp"] } } },
        test: { markets: { stock: { intraday: null } } },
      },
    });
    expect(configOf(file, "prod").markets.stock).toMatchObject({
      symbols: ["AAPL", "MSFT"],
      providers: ["fmp"],
      shards: 8,
    });
    expect(configOf(file, "test").markets.stock).toMatchObject({ symbols: ["AAPL"], intraday: null });
    expect(configOf(file, "test").deployment.logs).toEqual({ level: "WARN", retentionDays: 14 });
    expect(configOf(file, "dev").markets).toEqual(file.base.markets);
  });

  test("watches what its schedules keep current, with the symbols that are to be there", () => {
    const file = fileOf({
      markets: { stock: { symbols: ["AAPL"] }, bond: { symbols: ["UST10Y"] } },
      health: { budgetUsedPctMax: null, barsBehindMax: { stock: 2 } },
    });
    const { watched, lake, healthCheckMinutes } = stageConfig("prod", file);
    expect(watched).toEqual([
      { assetClass: "stock", interval: "15min", symbols: ["AAPL"] },
      { assetClass: "stock", interval: "1d", symbols: ["AAPL"] },
      { assetClass: "bond", interval: "1d", symbols: ["UST10Y"] },
    ]);
    expect(lake.health).toMatchObject({ budgetUsedPctMax: null, barsBehindMax: { stock: 2, bond: 1 } });
    expect(healthCheckMinutes).toBe(30);
  });

  test("watches generated series as they come, and nothing where nothing is kept current", () => {
    expect(stageConfig("dev").watched).toHaveLength(13);
    expect(stageConfig("dev").watched[0]).toEqual({ assetClass: "stock", interval: "15min" });
    expect(stageConfig("prod")).toMatchObject({ watched: [], healthCheckMinutes: null });
  });

  test("is protected in prod unless the file says otherwise", () => {
    const { storage, logs } = stageConfig("prod");
    expect(storage).toMatchObject({ removal: "retain", terminationProtection: true, rawColdAfterDays: 90 });
    expect(logs.retentionDays).toBe(90);
    const file = fileOf({ deployment: { logs: { retentionDays: 30 } } });
    expect(stageConfig("prod", file).logs.retentionDays).toBe(30);
    expect(stageConfig("prod", file).storage.terminationProtection).toBe(true);
  });

  test("that there is not is refused, with the one that was probably meant", () => {
    expect(() => stageConfig("prdo")).toThrow('stage "prdo" is not configured; did you mean "prod"?');
    expect(() => stageConfig("verification")).toThrow("use one of local, dev, prod");
  });

  test("has its mistakes told at their place, and those that it inherits once", () => {
    expect(
      problemsOf({
        markets: { stock: { symbols: "AAPL" } },
        stages: {
          prod: { markets: { stock: { providers: ["fmpp"] }, bond: { symbol: [] } }, deploiment: {} },
          staging: { markets: { stock: { symbols: 3 } } },
        },
      }),
    ).toEqual([
      'markets.stock.symbols: invalid input: expected array, received string; got "AAPL"',
      expect.stringMatching(
        /^stages\.prod\.markets\.stock\.providers\[0\]: .*got "fmpp"; did you mean "fmp"\?$/,
      ),
      'stages.prod.markets.bond.symbol: is not known here; did you mean "symbols"?',
      'stages.prod.deploiment: is not known here; did you mean "deployment"?',
      "stages.staging.markets.stock.symbols: invalid input: expected array, received number; got 3",
    ]);
  });

  test("cannot give the FIFO queue of requests large batches or a window to gather them", () => {
    const [problem, ...others] = problemsOf({
      deployment: { functions: { extract: { batchWindowMs: 5_000 } } },
    });
    expect(others).toEqual([]);
    expect(problem).toMatch(/^deployment\.functions\.extract: .*batchSize up to 10, batchWindowMs 0/);
    expect(problemsOf({ deployment: { functions: { extract: { batchSize: 11 } } } })).toHaveLength(1);
    expect(problemsOf({ deployment: { functions: { extract: { batchSize: 10 } } } })).toEqual([]);
  });

  test("is an object with a short name and no stages of its own", () => {
    expect(problemsOf({ stages: { "Prod 1": {}, dev: null, prod: { stages: {} } } })).toEqual([
      "stages.dev: expected an object like the file itself, without stages of its own",
      "stages.prod: expected an object like the file itself, without stages of its own",
      'stages["Prod 1"]: expected a name of 1 to 16 lower-case letters and digits, a letter first',
    ]);
    expect(problemsOf({ stages: ["prod"] })).toEqual([
      'stages: expected an object of overrides by stage, such as {"prod": {}}',
    ]);
    expect(problemsOf({ stage: {} })).toEqual(['stage: is not known here; did you mean "stages"?']);
  });

  test("cannot stream bars that it does not ask for, nor at a pace that does not divide a minute", () => {
    expect(
      problemsOf({
        markets: {
          stock: { intraday: null, stream: { everySeconds: 30 } },
          etf: { stream: { everySeconds: 25 } },
        },
      }),
    ).toEqual([
      expect.stringMatching(/^markets\.stock\.stream: a stream asks for intraday bars/),
      expect.stringMatching(
        /^markets\.etf\.stream\.everySeconds: expected seconds that divide a minute.*got 25$/,
      ),
    ]);
  });
});

describe("the complete file", () => {
  const file = fileOf({
    markets: { stock: { symbols: ["AAPL"] } },
    stages: { staging: { maintenance: { refresh: null }, providers: { fmp: { calls: { gapMs: 5 } } } } },
  });

  test("says of each stage what that does otherwise", () => {
    expect(completeFile(file)["stages"]).toMatchObject({
      local: { withoutSymbols: "synthetic" },
      staging: { maintenance: { refresh: null }, providers: { fmp: { calls: { gapMs: 5 } } } },
    });
    expect(Object.keys((completeFile(file)["stages"] as { staging: object }).staging)).toHaveLength(2);
  });

  test("makes the same stages when it is read", () => {
    const again = fileOf(completeFile(file));
    for (const name of ["local", "dev", "prod", "staging"]) {
      expect(configOf(again, name)).toEqual(configOf(file, name));
    }
  });
});

describe("checking a stage", () => {
  test("warns where nothing is scheduled for want of symbols", () => {
    expect(check({}, "prod").warnings).toEqual([
      {
        path: "markets",
        message: expect.stringMatching(/^no market has symbols, so nothing is scheduled/) as string,
      },
    ]);
    expect(check({}, "dev").warnings).toEqual([]);
  });

  test("refuses generated bars for symbols that are named", () => {
    const stock = { symbols: ["AAPL"], providers: ["yahoo", "synthetic"] };
    expect(check({ markets: { stock } }, "dev").problems).toEqual([
      {
        path: "markets.stock.providers[1]",
        message: expect.stringContaining("must not stand beside real ones") as string,
      },
    ]);
  });

  test("refuses providers that read files, but for the embedded runtime", () => {
    const file = { markets: { stock: { symbols: ["AAPL"], providers: ["yahoo", "csv"] } } };
    expect(check(file, "local").problems).toEqual([]);
    expect(check(file, "prod").problems).toEqual([
      { path: "markets.stock.providers[1]", message: expect.stringContaining('"csv" reads files') as string },
    ]);
  });
});
