import { describe, expect, test } from "vitest";
import {
  checkConfig,
  defaultConfig,
  keysNeeded,
  lakeSettingsOf,
  parseConfig,
  policyOf,
  readConfigFile,
  providerSettingsOf,
} from "../../../core/config/index.ts";
import { ConfigError } from "../../../core/errors.ts";
import { createProviders } from "../../../core/providers/registry.ts";
import { defaultLakeSettings, lakeSettingsSchema } from "../../../core/settings.ts";

const parse = (value: unknown) => parseConfig(JSON.stringify(value), "test.json");
const problemsOf = (value: unknown) =>
  readConfigFile(JSON.stringify(value)).problems.map(({ path, message }) => `${path}: ${message}`);
const check = (value: unknown) => {
  const config = parse(value);
  return checkConfig(config, createProviders(providerSettingsOf(config)));
};
const warningsOf = (stock: object) => check({ markets: { stock } }).warnings;

describe("a configuration", () => {
  test("may be empty", () => {
    expect(parse({})).toEqual(defaultConfig);
  });

  test("that is shown with its defaults reads back as itself", () => {
    expect(parse(defaultConfig)).toEqual(defaultConfig);
  });

  test("explains every mistake at once, with its place and what came", () => {
    const problems = problemsOf({
      baseCurrency: { code: "rupee" },
      markets: {
        stock: {
          symbols: ["A", "A"],
          providers: ["fmpp"],
          shards: 0,
          intraday: { interval: "2h", cron: "daily" },
        },
        forex: { timeZone: "Mars/Olympus", endOfDay: "0 25 ? * MON *" },
        bond: { symbols: ["A B"] },
      },
      providers: { fmp: { plan: "Free", baseUrl: "http://host/", calls: { gapMs: -1 } } },
    });
    expect(problems).toEqual([
      expect.stringMatching(/^baseCurrency\.code: .*got "rupee"$/),
      expect.stringMatching(/^markets\.stock\.symbols: every symbol must stand here once; got \["A","A"\]$/),
      expect.stringMatching(/^markets\.stock\.providers\[0\]: .*got "fmpp"; did you mean "fmp"\?$/),
      expect.stringMatching(/^markets\.stock\.intraday\.interval: .*"15min".*got "2h"/),
      expect.stringMatching(/^markets\.stock\.intraday\.cron: expected six fields.*got "daily"$/),
      expect.stringMatching(/^markets\.stock\.shards: too small.*got 0$/),
      expect.stringMatching(/^markets\.bond\.symbols\[0\]: expected a symbol.*got "A B"$/),
      expect.stringMatching(/^markets\.forex\.timeZone: expected an IANA time zone.*got "Mars\/Olympus"$/),
      expect.stringMatching(
        /^markets\.forex\.endOfDay: expected numbers from 0 to 23 as hour, not "25"; got "0 25 \? \* MON \*"$/,
      ),
      expect.stringMatching(/^providers\.fmp\.plan: .*got "Free"; did you mean "free"\?$/),
      expect.stringMatching(/^providers\.fmp\.baseUrl: .*without a slash at the end; got "http:\/\/host\/"$/),
      expect.stringMatching(/^providers\.fmp\.calls\.gapMs: too small.*got -1$/),
    ]);
  });

  test("does not pass over names that it does not know", () => {
    expect(
      problemsOf({ baseCurency: "INR", providers: { fmp: { calls: { callsPerDy: 3 } }, bloomberg: {} } }),
    ).toEqual([
      'providers.fmp.calls.callsPerDy: is not known here; did you mean "callsPerDay"?',
      "providers.bloomberg: is not known here; use one of fmp, alpha_vantage, yahoo, coinmarketcap, binance",
      'baseCurency: is not known here; did you mean "baseCurrency"?',
    ]);
  });

  test("that is not JSON is told with line and column", () => {
    expect(readConfigFile('{\n  "markets": {,}\n}').problems).toEqual([
      { path: "", message: expect.stringMatching(/^is not JSON: .*line 2 column 15/) as string },
    ]);
    expect(() => parseConfig("{", "lake.json")).toThrow(ConfigError);
    expect(() => parseConfig("{", "lake.json")).toThrow(/configuration "lake\.json" cannot be used/);
  });
});

describe("what follows from a configuration", () => {
  // Plans as ../shared/providers/README.md has them.
  test("is that vendors are treated as their plans allow", () => {
    expect(policyOf(defaultConfig, "fmp").calls.callsPerDay).toBe(250);
    expect(policyOf(defaultConfig, "alpha_vantage").calls).toMatchObject({ callsPerDay: 25, gapMs: 1_000 });
    const paid = parse({ providers: { fmp: { plan: "starter" } } });
    expect(policyOf(paid, "fmp").calls).toMatchObject({ callsPerDay: null, callsPerMinute: 300 });
  });

  test("is that a limit in the file wins over the plan's, and the plan's others stay", () => {
    const config = parse({ providers: { alpha_vantage: { calls: { callsPerDay: 500 } } } });
    expect(policyOf(config, "alpha_vantage").calls).toMatchObject({ callsPerDay: 500, gapMs: 1_000 });
  });

  test("is that a lake is made and worked on as the file says", () => {
    const settings = lakeSettingsOf(
      parse({
        baseCurrency: { code: "INR" },
        markets: { stock: { shards: 64, providers: ["yahoo", "fmp"] } },
        providers: { yahoo: { retry: { attemptsMax: 2 } } },
        extraction: { overlapBars: 9 },
      }),
    );
    expect(settings.shardCounts).toEqual({ ...defaultLakeSettings.shardCounts, stock: 64 });
    expect(settings.providerChains?.stock).toEqual(["yahoo", "fmp"]);
    expect(settings.providerPolicies?.["yahoo"]?.retry.attemptsMax).toBe(2);
    expect(settings.extraction?.overlapBars).toBe(9);
    expect(settings.baseCurrency).toEqual({ code: "INR", carryDays: 7 });
    expect(lakeSettingsSchema.parse(settings)).toEqual(settings);
  });

  test("is that vendors serve the universe of the file at the addresses of the file", async () => {
    const config = parse({
      markets: { crypto: { symbols: ["BTC-USD"] } },
      providers: { yahoo: { baseUrl: "http://127.0.0.1:1" } },
    });
    expect(providerSettingsOf(config).vendors.yahoo).toMatchObject({ baseUrl: "http://127.0.0.1:1" });
    const yahoo = createProviders(providerSettingsOf(config)).get("yahoo")!;
    expect(await yahoo.universe({ assetClass: "crypto", interval: "1d" })).toEqual(["BTC-USD"]);
  });
});

describe("checking a configuration", () => {
  test("is that coins which share a symbol are asked for by the id in the file", () => {
    const config = parse({ providers: { coinmarketcap: { ids: { TON: 11_419 } } } });
    const provider = createProviders(providerSettingsOf(config)).get("coinmarketcap")!;
    const query = { assetClass: "crypto", interval: "1d", fromMs: 0, toMs: 1, asOfMs: 1 } as const;
    const [request] = provider.transformQuery({ ...query, symbols: ["TON-USD"] });
    expect(request).toMatchObject({ call: { query: { id: "11419" } } });
    expect(problemsOf({ providers: { coinmarketcap: { ids: { "TON-USD": 1, ETH: 0 } } } })).toEqual([
      expect.stringMatching(/^providers\.coinmarketcap\.ids\["TON-USD"\]: expected a coin such as "TON"/),
      expect.stringMatching(/^providers\.coinmarketcap\.ids\.ETH: /),
    ]);
    expect(problemsOf({ providers: { fmp: { ids: { TON: 1 } } } })).toEqual([
      expect.stringMatching(/^providers\.fmp.*ids/),
    ]);
  });

  test("refuses a market that nobody of its list has", () => {
    const { problems } = check({
      markets: { stock: { symbols: ["AAPL"], providers: ["fmp", "alpha_vantage"] } },
    });
    expect(problems).toEqual([
      {
        path: "markets.stock.providers",
        message: expect.stringMatching(
          /no provider of the list has 15min bars of stock \(daily bars only: providers\.fmp\.plan "free", providers\.alpha_vantage\.plan "free"\)/,
        ) as string,
      },
    ]);
  });

  test("warns where the first of the list does not have what is asked of it", () => {
    const { problems, warnings } = check({
      markets: { stock: { symbols: ["AAPL"], providers: ["fmp", "yahoo"] } },
    });
    expect(problems).toEqual([]);
    expect(warnings.map(({ message }) => message)).toEqual([
      '"fmp" has no 15min bars of stock (daily bars only: providers.fmp.plan "free"); "yahoo" will be asked for them',
    ]);
  });

  test("has nothing to say of a plan that is large enough, nor of markets without symbols", () => {
    const market = { symbols: ["AAPL"], providers: ["fmp"] };
    expect(check({ markets: { stock: market }, providers: { fmp: { plan: "starter" } } })).toEqual({
      problems: [],
      warnings: [],
    });
    expect(check({})).toEqual({ problems: [], warnings: [] });
  });

  test("warns of ticks that come while the exchange of a symbol is closed", () => {
    const providers = ["yahoo"];
    // Istanbul trades from 10:00 to 18:00, in New York's winter until 10:00 there.
    expect(warningsOf({ symbols: ["AAPL", "THYAO.IS"], providers })).toEqual([
      {
        path: "markets.stock.intraday.cron",
        message: expect.stringMatching(
          /XIST is closed, on which THYAO.IS trades; set timeZone to "Europe\/Istanbul"/,
        ) as string,
      },
    ]);
    const interval = "15min";
    const istanbul = { symbols: ["THYAO.IS"], providers, timeZone: "Europe/Istanbul" };
    const hours = { interval, cron: "0/15 10-18 ? * MON-FRI *" };
    expect(warningsOf({ ...istanbul, intraday: hours })).toEqual([]);
    const wide = { interval, cron: "0/15 * ? * MON-FRI *" };
    expect(warningsOf({ symbols: ["AAPL", "THYAO.IS"], providers, intraday: wide })).toEqual([]);
    const onceADay = { interval, cron: "15 18 ? * MON-FRI *" };
    expect(warningsOf({ ...istanbul, intraday: onceADay })).toEqual([]);
    // Of hours that are not known nothing is said.
    expect(warningsOf({ symbols: ["7203.T"], providers })).toEqual([]);
  });

  test("knows whose keys are needed, and where to get them", () => {
    const config = parse({ markets: { stock: { symbols: ["AAPL"], providers: ["yahoo", "fmp"] } } });
    expect(keysNeeded(config)).toEqual([
      {
        provider: "fmp",
        secret: "fmp-api-key",
        url: "https://site.financialmodelingprep.com/developer/docs",
      },
    ]);
    expect(keysNeeded(defaultConfig)).toEqual([]);
  });
});
