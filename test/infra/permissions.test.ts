import { describe, expect, it } from "vitest";
import {
  barsKey,
  checkpointKey,
  indicatorsKey,
  parseRawBarsKey,
  quarantineKey,
  rawBarsKey,
  rawReceivedKey,
  watermarkKey,
} from "../../core/lake/keys.ts";
import { eltJobLog } from "../../core/tables/index.ts";
import { stageConfig } from "../../core/config/index.ts";
import { compilePolicy } from "../../local/policy/evaluate.ts";
import { roleStatements } from "../../local/wiring/read-policies.ts";
import { wiringOf } from "../../local/wiring/read-templates.ts";
import { allowStatements } from "../helpers/policies.ts";
import { resourcesOf, synthesize } from "../helpers/templates.ts";

const templates = synthesize(stageConfig("dev"));
const statements = allowStatements(templates);
const wiring = wiringOf(Object.values(templates));

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
    watermark: watermarkKey("synthetic", series, 0),
    jobLog: `${eltJobLog.prefix}dt=2026-11-20/extract.parquet`,
  };
  type KeyName = keyof typeof keys;
  const allowed = (functionId: string, action: string) => {
    const { policy } = wiring.functions.find(({ id }) => id === functionId)!;
    const verdict = compilePolicy([...policy, ...wiring.resourcePolicy]);
    const context = { "s3:if-none-match": "*", "s3:objectcreationoperation": "true" };
    return (Object.keys(keys) as KeyName[]).filter((name) => {
      // Keys begin with the name of their bucket.
      const resource = `${keys[name].split("/")[0]}/${keys[name]}`;
      return verdict({ action, resource, context }).allowed;
    });
  };

  it.each<[string, KeyName[]]>([
    ["extract", ["received", "rawBars", "watermark", "jobLog"]],
    ["transform", ["bars", "barsDaily", "quarantine", "jobLog"]],
    ["indicators", ["indicators", "indicatorsDaily", "checkpoint", "jobLog"]],
    ["health", []],
  ])("let %s write what it makes and nothing else", (functionId, expected) => {
    expect(new Set(allowed(functionId, "s3:PutObject"))).toEqual(new Set(expected));
  });

  it.each<[string, KeyName[]]>([
    // A run for gaps looks what the lake has.
    ["extract", ["received", "rawBars", "bars", "barsDaily", "watermark", "jobLog"]],
    ["transform", ["rawBars", "bars", "barsDaily", "quarantine", "jobLog"]],
    ["indicators", ["bars", "barsDaily", "indicators", "indicatorsDaily", "checkpoint", "jobLog"]],
    ["health", ["watermark", "bars", "barsDaily"]],
  ])("let %s read what it needs and nothing else", (functionId, expected) => {
    expect(new Set(allowed(functionId, "s3:GetObject"))).toEqual(new Set(expected));
  });

  it("let nobody delete an object", () => {
    const actions = statements.flatMap((statement) => statement.actions);
    expect(actions.filter((action) => action.startsWith("s3:Delete"))).toEqual([]);
  });
});

describe("other roles", () => {
  it("are the scheduler's: to send requests to extract's queue and keep what it could not deliver, and to invoke the health check", () => {
    const ofFunctions = new Set(
      resourcesOf(templates, "AWS::Lambda::Function").map(
        ({ properties }) =>
          (properties as { Role: { "Fn::GetAtt": [string, string] } }).Role["Fn::GetAtt"][0],
      ),
    );
    const others = resourcesOf(templates, "AWS::IAM::Role")
      .map(({ logicalId }) => logicalId)
      .filter((id) => !ofFunctions.has(id));
    for (const id of others) expect(id).toMatch(/^SchedulerRole/);
    const granted = others.map((id) =>
      roleStatements(Object.values(templates), id).map(({ Action, Resource }) => ({ Action, Resource })),
    );
    expect(granted).toEqual([
      [{ Action: ["sqs:SendMessage"], Resource: ["extract", "ticks-dlq"] }],
      [{ Action: ["lambda:InvokeFunction"], Resource: ["health", "health:*"] }],
    ]);
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

  it("otherwise stand for keys below a prefix, secrets of the stage, or versions of the health check", () => {
    const bounded = statements
      .flatMap(({ resources }) => resources)
      .filter((resource) => resource.includes("*") && resource !== "*");
    for (const resource of bounded) {
      expect(resource).toMatch(
        /^(\{HealthFunction\w+\.Arn\}:\*|(raw|curated)\/[\w/]+\/\*|arn:.+:secretsmanager:.+:secret:marketlake\/dev\/\*)$/,
      );
    }
  });
});
