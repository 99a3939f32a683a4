/** What is asked for a series of which nothing is there yet, in the order in which missed schedules are made up for. */
import { expect, test } from "vitest";
import type { ExtractRequest } from "../../../core/messages/index.ts";
import { extract } from "../../../core/pipeline/extract.ts";
import { spanWorld } from "../../helpers/span-vendor.ts";

const startMs = Date.UTC(2026, 10, 20, 9);
const symbols = ["BTC-USD", "ETH-USD", "SOL-USD"];
const at = (ms: number, changes: Partial<ExtractRequest>): ExtractRequest => ({
  version: 1,
  kind: "extract",
  assetClass: "crypto",
  interval: "1d",
  scheduledTime: new Date(ms).toISOString(),
  trigger: "schedule",
  symbols,
  ...changes,
});

test("a young lake asks once for what refresh, tick and gap run have in common, and later each does its part", async () => {
  const world = spanWorld({ startMs, interval: "1d", vendors: [{ id: "first", spanDays: 1_800 }] });
  const callsOf = async (request: ExtractRequest) => {
    world.calls.length = 0;
    const { note } = await extract(world.context, request);
    await world.settle();
    return [world.calls.length, note];
  };
  const [refresh, gaps] = [{ lastDays: 1_800 }, { lastDays: 7, only: "gaps" } as const];
  expect(await callsOf(at(startMs, refresh))).toEqual([0, undefined]);
  expect(await callsOf(at(startMs, {}))).toEqual([symbols.length, undefined]);
  expect(await callsOf(at(startMs, gaps))).toEqual([0, "nothing missing"]);
  expect(await callsOf(at(startMs + 1, refresh))).toEqual([symbols.length, undefined]);
});

test("a refresh that somebody asks for by hand is made, whatever the lake has", async () => {
  const world = spanWorld({ startMs, interval: "1d", vendors: [{ id: "first", spanDays: 1_800 }] });
  await extract(world.context, at(startMs, { lastDays: 1_800, trigger: "cli" }));
  expect(world.calls).toHaveLength(symbols.length);
});
