import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  actionsKey,
  barsKey,
  barsPeriodPrefix,
  barsPrefix,
  checkpointKey,
  checkpointPrefix,
  indicatorsKey,
  indicatorsPrefix,
  jobLogKey,
  parseRawActionsKey,
  parseRawBarsKey,
  parseShardObjectKey,
  quarantineKey,
  rawActionsKey,
  rawBarsKey,
  rawBarsRunPrefix,
  rawReceivedKey,
  runKey,
  parseWatermarkKey,
  watermarkKey,
} from "../../../core/lake/keys.ts";
import { assetClasses, intervals } from "../../../core/market.ts";

const name = {
  assetClass: "stock",
  interval: "15min",
  provider: "yahoo",
  runId: "schedule-1f2e",
  scheduledMs: Date.UTC(2026, 10, 20, 23, 59),
  contentHash: "0123456789abcdef",
} as const;
const daily = { assetClass: "stock", interval: "1d" } as const;
const source = "yahoo-schedule-1f2e-shard-03-0123456789abcdef";
const rawKey = `raw/parquet/asset_class=stock/interval=15min/dt=2026-11-20/${source}.parquet`;

/** The layout as docs/architecture.md gives it: lakes hold objects under these keys. */
describe("keys", () => {
  it.each([
    [
      "received bytes",
      rawReceivedKey({ ...name, part: 7, extension: "csv.gz" }),
      "raw/csv/asset_class=stock/interval=15min/dt=2026-11-20/yahoo-schedule-1f2e-part-0007-0123456789abcdef.csv.gz",
    ],
    ["raw rows", rawBarsKey({ ...name, shard: 3 }), rawKey],
    [
      "quarantined rows",
      quarantineKey(parseRawBarsKey(rawKey)!),
      `curated/quarantine/asset_class=stock/dt=2026-11-20/15min-${source}.parquet`,
    ],
    [
      "daily bars",
      barsKey(daily, "2026", 3),
      "curated/bars_daily/asset_class=stock/year=2026/shard-03.parquet",
    ],
    [
      "intraday bars",
      barsKey(name, "2026-11", 64),
      "curated/bars_intraday/asset_class=stock/interval=15min/month=2026-11/shard-64.parquet",
    ],
    [
      "daily indicators",
      indicatorsKey(daily, "2026", 0),
      "curated/indicators_daily/asset_class=stock/year=2026/shard-00.parquet",
    ],
    [
      "intraday indicators",
      indicatorsKey(name, "2026-11", 0),
      "curated/indicators_intraday/asset_class=stock/interval=15min/month=2026-11/shard-00.parquet",
    ],
    [
      "checkpoints",
      checkpointKey(name, 3, "2026-11"),
      "curated/_state/indicators/asset_class=stock/interval=15min/shard-03/2026-11",
    ],
    [
      "watermarks",
      watermarkKey("yahoo", name, 3),
      "curated/_state/watermarks/yahoo/asset_class=stock/interval=15min/shard-03.json",
    ],
    ["runs", runKey("schedule-1f2e"), "curated/_state/runs/schedule-1f2e.json"],
    [
      "the log of a shard's jobs",
      jobLogKey(name.scheduledMs, "transform", name, 3),
      "curated/elt_job_log/dt=2026-11-20/transform-stock-15min-shard-03.parquet",
    ],
    [
      "the log of a series' jobs",
      jobLogKey(name.scheduledMs, "extract", daily, null),
      "curated/elt_job_log/dt=2026-11-20/extract-stock-1d.parquet",
    ],
  ])("of %s are as documented", (_, key, expected) => {
    expect(key).toBe(expected);
  });
});

const word = fc.stringMatching(/^[a-z0-9-]{1,12}$/);
const names = fc.record({
  assetClass: fc.constantFrom(...assetClasses),
  interval: fc.constantFrom(...intervals),
  provider: word,
  runId: word,
  scheduledMs: fc.integer({ min: 0, max: Date.UTC(2100, 0) }),
  contentHash: fc.stringMatching(/^[0-9a-f]{16}$/),
  shard: fc.nat(4_095),
});

describe("a key of watermarks", () => {
  it("says whose they are", () => {
    const series = { assetClass: "crypto", interval: "1h" } as const;
    const key = watermarkKey("alpha_vantage", series, 101);
    expect(parseWatermarkKey(key)).toEqual({ provider: "alpha_vantage", ...series, shard: 101 });
  });

  it.each([
    "curated/_state/watermarks/yahoo/asset_class=stock/interval=15min/shard-03.tmp",
    "curated/_state/watermarks/yahoo/asset_class=art/interval=15min/shard-03.json",
    "curated/_state/providers/yahoo.json",
  ])("is none where it is %s", (key) => {
    expect(parseWatermarkKey(key)).toBeNull();
  });
});

describe("a raw key", () => {
  it("tells series, day and shard of its object", () => {
    fc.assert(
      fc.property(names, (any) => {
        const key = rawBarsKey(any);
        expect(parseRawBarsKey(key)).toEqual({
          assetClass: any.assetClass,
          interval: any.interval,
          dt: new Date(any.scheduledMs).toISOString().slice(0, 10),
          shard: any.shard,
          source: key.slice(key.lastIndexOf("/") + 1, -".parquet".length),
        });
        expect(key.startsWith(rawBarsRunPrefix(any))).toBe(true);
      }),
    );
  });

  it("of actions tells asset class and shard", () => {
    fc.assert(
      fc.property(names, (any) => {
        const { assetClass, shard } = any;
        const key = rawActionsKey(any);
        expect(parseRawActionsKey(key)).toEqual({ assetClass, shard });
        expect(parseRawBarsKey(key)).toBeNull();
        expect(parseRawActionsKey(rawBarsKey(any))).toBeNull();
      }),
    );
  });

  it.each([
    ["another zone", rawKey.replace("raw/parquet", "curated/parquet")],
    ["an unknown asset class", rawKey.replace("=stock", "=art")],
    ["an unknown interval", rawKey.replace("=15min", "=7min")],
    ["a day that is no date", rawKey.replace("2026-11-20", "today")],
    ["no shard", rawKey.replace("-shard-03", "")],
    ["no content hash", rawKey.replace("-0123456789abcdef", "")],
    ["another extension", rawKey.replace(".parquet", ".csv")],
    ["something before it", `lake/${rawKey}`],
    ["nothing", ""],
  ])("with %s is none", (_, key) => {
    expect(parseRawBarsKey(key)).toBeNull();
  });
});

describe("a curated key", () => {
  const periods = fc.constantFrom("2026", "1999", "2026-11", "1999-01");
  it("tells period and shard, and starts with the prefixes that list it", () => {
    fc.assert(
      fc.property(names, periods, (any, period) => {
        const { shard } = any;
        expect(parseShardObjectKey(barsKey(any, period, shard))).toEqual({ period, shard });
        expect(parseShardObjectKey(indicatorsKey(any, period, shard))).toEqual({ period, shard });
        expect(barsKey(any, period, shard).startsWith(barsPeriodPrefix(any, period))).toBe(true);
        expect(barsKey(any, period, shard).startsWith(barsPrefix(any))).toBe(true);
        expect(indicatorsKey(any, period, shard).startsWith(indicatorsPrefix(any))).toBe(true);
        expect(checkpointKey(any, shard, period)).toBe(`${checkpointPrefix(any, shard)}${period}`);
      }),
    );
  });

  it("sorts periods in time, so that listings walk forward", () => {
    const keys = ["2025-12", "2026-01", "2026-02", "2026-10"].map((period) => barsKey(name, period, 1));
    expect(keys).toEqual(keys.toSorted());
  });

  it.each([
    actionsKey({ assetClass: "stock", shard: 1 }),
    rawKey,
    "curated/elt_job_log/dt=2026-11-20/x.parquet",
  ])("of something else (%s) has no period", (key) => {
    expect(parseShardObjectKey(key)).toBeNull();
  });
});
