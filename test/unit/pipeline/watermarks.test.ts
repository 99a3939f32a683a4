import { expect, test } from "vitest";
import { freshenWatermarks, raiseWatermarks, readWatermarks } from "../../../core/pipeline/watermarks.ts";
import { memoryPipeline } from "../../helpers/memory-pipeline.ts";

const series = { provider: "vendor", assetClass: "stock", interval: "1d", shard: 0 } as const;

function world() {
  const { context } = memoryPipeline();
  return {
    raise: (barMs: number, staleToMs?: number) => {
      const mark = { barMs, close: barMs, ...(staleToMs === undefined ? {} : { staleToMs }) };
      return raiseWatermarks(context, series, new Map([["AAPL", mark]]));
    },
    freshen: (endMs: number | null, fromMs: number) =>
      freshenWatermarks(context, series, new Map([["AAPL", endMs]]), fromMs),
    mark: async () => (await readWatermarks(context, series)).get("AAPL"),
  };
}

test("a mark is never pulled back, and of one bar keeps the close received last", async () => {
  const { raise, mark } = world();
  await raise(2);
  await raise(1);
  expect(await mark()).toEqual({ barMs: 2, close: 2 });
});

test("a run that others have overtaken still notes the history that it found rewritten", async () => {
  const { raise, mark } = world();
  await raise(20);
  await raise(10, 15);
  expect(await mark()).toEqual({ barMs: 20, close: 20, staleToMs: 15 });
});

test("what is stale never shrinks because less of it was found later", async () => {
  const { raise, mark } = world();
  await raise(20, 18);
  await raise(20, 5);
  await raise(30);
  expect(await mark()).toEqual({ barMs: 30, close: 30, staleToMs: 18 });
});

test("a run for a stale history clears what it has asked for, and nothing that was found after it was requested", async () => {
  const { raise, freshen, mark } = world();
  await raise(20, 18);
  await freshen(7, 18);
  expect(await mark()).toEqual({ barMs: 20, close: 20, staleToMs: 7 });
  await raise(30, 25);
  await freshen(null, 7);
  expect(await mark()).toEqual({ barMs: 30, close: 30, staleToMs: 25 });
  await freshen(null, 25);
  expect(await mark()).toEqual({ barMs: 30, close: 30 });
});
