import { describe, expect, test } from "vitest";
import { ConfigError, InvalidMessageError } from "../../../core/errors.ts";
import { providerLaneKey } from "../../../core/lake/keys.ts";
import { raiseWatermarks } from "../../../core/pipeline/watermarks.ts";
import { resiliencePolicySchema } from "../../../core/providers/resilience/index.ts";
import { encodeLaneState, freshLane, type LaneState } from "../../../core/providers/resilience/lane-state.ts";
import { createHandler } from "../../../lambdas/health/handler.ts";
import { capturedLogs } from "../../helpers/captured-logs.ts";
import { functionEnvironment } from "../../helpers/function-environment.ts";
import { memoryPipeline } from "../../helpers/memory-pipeline.ts";

const stock = { assetClass: "stock", interval: "15min" } as const;
// Friday, 13:00 in New York: the bar from 11:45 (16:45 UTC) should be there.
const scheduledTime = "2026-11-20T18:00:00Z";
const nowMs = Date.parse(scheduledTime);
const request = { version: 1, kind: "health", scheduledTime };
const invocation = {
  functionName: "health",
  awsRequestId: "request-1",
  getRemainingTimeInMillis: () => 60_000,
};
const called: LaneState = {
  ...freshLane,
  day: { startMs: Date.UTC(2026, 10, 20), calls: 42 },
  lastSuccessMs: nowMs - 60_000,
};

const mark = (time: string) => ({ barMs: Date.parse(`2026-11-20T${time}:00Z`), close: 1 });

/** A health function over a lake in which one of two symbols has come as far as it should. */
async function makeHealth(options: {
  readonly environment?: Record<string, string>;
  readonly lane?: LaneState;
  readonly late?: string;
}) {
  const { environment = {}, lane = called, late = "16:45" } = options;
  const calls = resiliencePolicySchema.parse({ calls: { callsPerDay: 250 } });
  const { context, stores } = memoryPipeline({ providerPolicies: { fmp: calls } });
  const marks = new Map([
    ["AAPL", mark("16:45")],
    ["MSFT", mark(late)],
  ]);
  await raiseWatermarks(context, { ...stock, provider: "fmp", shard: 0 }, marks);
  await stores.curated.put(providerLaneKey("fmp"), encodeLaneState(lane));
  const { METRICS: _, ...complete } = functionEnvironment();
  return createHandler({
    environment: { ...complete, ...environment },
    settings: { lake: context.settings, watched: [{ ...stock, symbols: ["AAPL", "MSFT"] }] },
    ports: () => ({ curated: stores.curated }),
  });
}

const { logs } = capturedLogs();

describe("a healthy lake", () => {
  test("is told in one line with everything, and publishes nothing that costs", async () => {
    const handler = await makeHealth({ environment: { LOG_LEVEL: "INFO" } });
    const report = await handler(request, invocation);
    expect(report.problems).toEqual([]);
    expect(logs()).toHaveLength(1);
    expect(logs()[0]).toMatchObject({
      level: "INFO",
      message: "health",
      service: "health",
      function_request_id: "request-1",
      at: "2026-11-20T18:00:00.000Z",
      problems: [],
      providers: [
        { provider: "fmp", breaker: "closed", today: { used: 42, limit: 250 }, secondsSinceSuccess: 60 },
      ],
      freshness: [{ ...stock, barsBehind: 0, symbols: 2, symbolsBehind: 0 }],
    });
  });
});

describe("a lake with problems", () => {
  const lane = { ...called, breaker: { failures: 5, openedAtMs: nowMs - 1_000, probeAtMs: null } };

  test("is a warning, and a metric of each thing that is wrong, in CloudWatch's embedded format", async () => {
    const handler = await makeHealth({ lane, late: "15:45", environment: { LOG_LEVEL: "INFO" } });
    await handler(request, invocation);
    const [log, ...metrics] = logs();
    expect(log).toMatchObject({ level: "WARN", message: "health" });
    expect(log!["problems"]).toHaveLength(2);
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    expect(metrics).toMatchObject([
      {
        _aws: {
          CloudWatchMetrics: [
            {
              Namespace: "marketlake",
              Dimensions: [["service"]],
              Metrics: [{ Name: "Problems", Unit: "Count" }],
            },
          ],
        },
        service: "health",
        Problems: 2,
      },
      {
        _aws: {
          CloudWatchMetrics: [
            { Dimensions: [["service", "provider"]], Metrics: [{ Name: "BreakerOpen", Unit: "Count" }] },
          ],
        },
        provider: "fmp",
        BreakerOpen: 1,
      },
      {
        _aws: {
          CloudWatchMetrics: [
            {
              Dimensions: [["service", "assetClass", "interval"]],
              Metrics: [{ Name: "SymbolsBehindPct", Unit: "Percent" }],
            },
          ],
        },
        ...stock,
        SymbolsBehindPct: 50,
      },
    ]);
    expect(metrics).toHaveLength(3);
  });

  test("publishes what is listed, budgets and silence of providers too", async () => {
    const environment = { LOG_LEVEL: "SILENT", METRICS: "BudgetUsedPct,SecondsSinceSuccess,BarsBehind" };
    const handler = await makeHealth({ late: "15:45", environment });
    await handler(request, invocation);
    expect(logs()).toMatchObject([{ provider: "fmp", BudgetUsedPct: 16.8, SecondsSinceSuccess: 60 }]);
    expect(logs()).toHaveLength(1);
  });
});

describe("the function", () => {
  test("refuses what is no request for a check", async () => {
    const handler = await makeHealth({ environment: { LOG_LEVEL: "SILENT" } });
    await expect(handler({ ...request, kind: "extract" }, invocation)).rejects.toThrow(InvalidMessageError);
    await expect(handler({ version: 1, kind: "health" }, invocation)).rejects.toThrow(/scheduledTime/);
  });

  test("refuses metrics that it does not have", async () => {
    await expect(makeHealth({ environment: { METRICS: "RowsIn" } })).rejects.toThrow(ConfigError);
  });
});
