import { describe, expect, test } from "vitest";
import { shardOf } from "../../../core/lake/sharding.ts";
import type { ExtractRequest } from "../../../core/messages/index.ts";
import { planRuns } from "../../../core/pipeline/extract-plan.ts";

const request: ExtractRequest = {
  version: 1,
  kind: "extract",
  assetClass: "stock",
  interval: "1d",
  scheduledTime: "2026-11-20T21:20:00Z",
  trigger: "schedule",
};
const universe = Array.from({ length: 100_000 }, (_, i) => `S${i}`);
const limits = { shardCount: 64, symbolsMax: 1_000 };
/** SQS and the embedded queue: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const messageBytesMax = 262_144;

const shardsOf = ({ symbols }: ExtractRequest) => new Set(symbols!.map((symbol) => shardOf(symbol, 64)));

describe("runs for a universe of 100,000 symbols", () => {
  const runs = planRuns(request, universe, limits);

  test("have every symbol once", () => {
    expect(runs.flatMap(({ symbols }) => symbols!).sort()).toEqual([...universe].sort());
  });

  test("have no more symbols than a run may take, and fit into messages", () => {
    expect(runs).toHaveLength(100);
    for (const run of runs) {
      expect(run.symbols!.length).toBeLessThanOrEqual(limits.symbolsMax);
      expect(JSON.stringify(run).length).toBeLessThan(messageBytesMax);
    }
  });

  test("touch few shards each, so that objects are rewritten seldom", () => {
    const visits = runs.reduce((sum, run) => sum + shardsOf(run).size, 0);
    // Every run but the last cuts at most one shard in two.
    expect(visits).toBeLessThanOrEqual(limits.shardCount + runs.length - 1);
  });
});

test("symbols that are named twice are asked for once", () => {
  expect(planRuns(request, ["A", "B", "A"], { shardCount: 1, symbolsMax: 10 })[0]!.symbols).toEqual([
    "A",
    "B",
  ]);
});

test("no symbols make no runs", () => {
  expect(planRuns(request, [], limits)).toEqual([]);
});
