import { describe, expect, it } from "vitest";
import {
  barsKey,
  checkpointKey,
  indicatorsKey,
  parseRawBarsKey,
  quarantineKey,
  rawBarsKey,
  rawReceivedKey,
  runKey,
  watermarkKey,
} from "../../core/lake/keys.ts";
import { eltJobLog } from "../../core/tables/index.ts";
import { stageConfig } from "../../lib/stages.ts";
import { allowedObjects, allowStatements } from "../helpers/policies.ts";
import { synthesize } from "../helpers/templates.ts";

const templates = synthesize(stageConfig("dev"));
const statements = allowStatements(templates);

describe("permissions of the functions", () => {
  const series = { assetClass: "stock", interval: "15min" } as const;
  const raw = { ...series, provider: "synthetic", runId: "r", scheduledMs: 0, contentHash: "0a" };
  const rawBars = rawBarsKey({ ...raw, shard: 0 });
  const keys = {
    received: rawReceivedKey({ ...raw, part: 0, extension: "csv" }),
    rawBars,
    bars: barsKey(series, "2026-11", 0),
    barsDaily: barsKey({ ...series, interval: "1d" }, "2026", 0),
    quarantine: quarantineKey(parseRawBarsKey(rawBars)!),
    indicators: indicatorsKey(series, "2026-11", 0),
    indicatorsDaily: indicatorsKey({ ...series, interval: "1d" }, "2026", 0),
    checkpoint: checkpointKey(series, 0, "2026-11"),
    run: runKey("r"),
    watermark: watermarkKey("synthetic", series, 0),
    jobLog: `${eltJobLog.prefix}dt=2026-11-20/extract.parquet`,
  };
  type KeyName = keyof typeof keys;
  const allowed = (role: string, action: string) =>
    (Object.keys(keys) as KeyName[]).filter((name) =>
      allowedObjects(templates, role, action).some((prefix) => keys[name].startsWith(prefix)),
    );
  const state: KeyName[] = ["checkpoint", "run", "watermark", "jobLog"];

  it.each<[string, KeyName[]]>([
    ["Extract", ["received", "rawBars", ...state]],
    ["Transform", ["bars", "barsDaily", "quarantine", ...state]],
    ["Indicators", ["indicators", "indicatorsDaily", ...state]],
  ])("let %s write what it makes and nothing else", (role, expected) => {
    expect(new Set(allowed(role, "s3:PutObject"))).toEqual(new Set(expected));
  });

  it.each<[string, KeyName[]]>([
    ["Extract", ["received", "rawBars", ...state]],
    ["Transform", ["rawBars", "bars", "barsDaily", "quarantine", ...state]],
    ["Indicators", ["bars", "barsDaily", "indicators", "indicatorsDaily", ...state]],
  ])("let %s read what it needs and nothing else", (role, expected) => {
    expect(new Set(allowed(role, "s3:GetObject"))).toEqual(new Set(expected));
  });

  it.each<[string, number]>([
    ["Extract", 2],
    ["Transform", 2],
    ["Indicators", 1],
  ])("let %s list the buckets whose keys it looks for", (role, buckets) => {
    const listed = statements
      .filter(({ roles }) => roles.some((id) => id.startsWith(`${role}Role`)))
      .filter(({ actions }) => actions.includes("s3:ListBucket"))
      .flatMap(({ resources }) => resources);
    expect(listed).toHaveLength(buckets);
  });

  it("let nobody delete an object", () => {
    const actions = statements.flatMap((statement) => statement.actions);
    expect(actions.filter((action) => action.startsWith("s3:Delete"))).toEqual([]);
  });
});

describe("wildcards", () => {
  it("stand in no action", () => {
    const actions = statements.flatMap((statement) => statement.actions);
    expect(actions.filter((action) => action.includes("*"))).toEqual([]);
  });

  it("stand for all resources only where traces are sent", () => {
    const unbounded = statements.filter(({ resources }) => resources.includes("*"));
    expect(new Set(unbounded.flatMap(({ actions }) => actions))).toEqual(
      new Set(["xray:PutTelemetryRecords", "xray:PutTraceSegments"]),
    );
  });

  it("otherwise stand for keys below a prefix, or for versions of extract", () => {
    const bounded = statements
      .flatMap(({ resources }) => resources)
      .filter((resource) => resource.includes("*") && resource !== "*");
    for (const resource of bounded) {
      expect(resource).toMatch(/^(\{Extract\w+\.Arn\}:\*|(raw|curated)\/[\w/]+\/\*)$/);
    }
  });
});
