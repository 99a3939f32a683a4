/** Requests for the last days, as a weekly refresh makes them, of a vendor that divides its history by 20 overnight. */
import { describe, expect, test } from "vitest";
import { TerminalError, TransientError } from "../../../core/errors.ts";
import type { ExtractRequest } from "../../../core/messages/index.ts";
import { extract } from "../../../core/pipeline/extract.ts";
import { resiliencePolicySchema } from "../../../core/providers/resilience/index.ts";
import { spanWorld } from "../../helpers/span-vendor.ts";

const dayMs = 86_400_000;
const startMs = Date.UTC(2026, 10, 20, 9);
const historyStartMs = Date.UTC(2026, 0);
const [victim, other] = ["BTC-USD", "ETH-USD"] as const;

const request = (day: number, changes: Partial<ExtractRequest>): ExtractRequest => ({
  version: 1,
  kind: "extract",
  assetClass: "crypto",
  interval: "1d",
  scheduledTime: new Date(startMs + day * dayMs).toISOString(),
  trigger: "schedule",
  symbols: [victim, other],
  ...changes,
});

/** A lake with the history of this year, of which the last days came as every day's do. */
async function worldBeforeSplit(vendors: readonly string[] = ["first"]) {
  const market = { ratio: 1, isReadable: true, isFirstDown: false };
  const closeOf = (symbol: string, tsMs: number) => {
    if (!market.isReadable) throw new TerminalError("the answer is no JSON");
    return tsMs < historyStartMs ? null : (symbol === victim ? 100 / market.ratio : 50) + (tsMs % 7) / 1_000;
  };
  const world = spanWorld({
    startMs,
    interval: "1d",
    vendors: vendors.map((id) => ({ id, spanDays: 60 })),
    closeOf,
    onCall: ({ provider }) => {
      if (market.isFirstDown && provider === "first") throw new TransientError("first is down");
    },
  });
  const history = { fromMs: historyStartMs, toMs: startMs };
  await extract(world.context, request(0, { window: history }));
  await extract(world.context, request(0, {}));
  await world.settle();
  await world.handedOn();
  market.ratio = 20;
  world.calls.length = 0;
  return { ...world, market };
}

const closesOf = async (world: Awaited<ReturnType<typeof worldBeforeSplit>>, symbol: string) =>
  new Set(
    (await world.bars())
      .filter((bar) => bar.startsWith(symbol))
      .map((bar) => Math.round(Number(bar.split(" ")[2]))),
  );

describe("a refresh after a split that nobody reported", () => {
  test("corrects the bars of its days, and asks for the history before them of that symbol only", async () => {
    const world = await worldBeforeSplit();
    await extract(world.context, request(1, { lastDays: 90 }));
    const handedOn = await world.handedOn();
    expect(handedOn).toMatchObject([
      {
        trigger: "refetch",
        provider: "first",
        symbols: [victim],
        window: { fromMs: historyStartMs, toMs: startMs - 89 * dayMs },
      },
    ]);
    for (const rest of handedOn) await extract(world.context, rest);
    expect(await world.handedOn()).toEqual([]);
    await world.settle();
    expect(await closesOf(world, victim)).toEqual(new Set([5]));
    expect(await closesOf(world, other)).toEqual(new Set([50]));
  });

  test("needs nothing more where it asks for all history itself", async () => {
    const world = await worldBeforeSplit();
    await extract(world.context, request(1, { lastDays: 400 }));
    expect(await world.handedOn()).toEqual([]);
    await world.settle();
    expect(await closesOf(world, victim)).toEqual(new Set([5]));
  });

  test("is noticed once: the tick after the history has come finds marks corrected", async () => {
    const world = await worldBeforeSplit();
    await extract(world.context, request(1, { lastDays: 90 }));
    for (const rest of await world.handedOn()) await extract(world.context, rest);
    await extract(world.context, request(1, { trigger: "cli" }));
    expect(await world.handedOn()).toEqual([]);
  });

  test("leaves marks where they were, for it says nothing of what is newer", async () => {
    const world = await worldBeforeSplit();
    await extract(world.context, request(3, { lastDays: 90 }));
    world.calls.length = 0;
    await extract(world.context, request(4, {}));
    // The newest final bar of before is of the day before the start, and five bars of overlap go before it.
    const expectedMs = Date.UTC(2026, 10, 19) - 5 * dayMs;
    expect(new Set(world.calls.map(({ fromMs }) => fromMs))).toEqual(new Set([expectedMs]));
  });

  test("hands on, piece by piece, what there was no time for", async () => {
    const world = await worldBeforeSplit();
    await extract(world.context, request(1, { lastDays: 400 }), { deadlineMs: 0 });
    expect(world.calls).toHaveLength(1);
    let requests = await world.handedOn();
    for (let rounds = 0; requests.length > 0 && rounds < 100; rounds++) {
      const [next, ...more] = requests;
      await extract(world.context, next!, { deadlineMs: 0 });
      requests = [...more, ...(await world.handedOn())];
    }
    // 400 days of two symbols, in pieces of 60.
    expect(world.calls).toHaveLength(2 * 7);
    await world.settle();
    expect(await closesOf(world, victim)).toEqual(new Set([5]));
  });
});

describe("the history of a split that a tick notices", () => {
  test("is asked for once, however many ticks request it before its turn comes", async () => {
    const world = await worldBeforeSplit();
    await extract(world.context, request(1, {}));
    await extract(world.context, request(2, {}));
    await extract(world.context, request(3, {}));
    const requests = await world.handedOn();
    expect(requests).toHaveLength(3);
    world.calls.length = 0;
    for (const rest of requests) await extract(world.context, rest);
    // 324 days of one symbol, in pieces of 60.
    expect(world.calls).toHaveLength(6);
    await world.settle();
    expect(await closesOf(world, victim)).toEqual(new Set([5]));
    await extract(world.context, request(4, {}));
    expect(await world.handedOn()).toEqual([]);
  });

  test("is asked for again where an answer could not be read", async () => {
    const world = await worldBeforeSplit();
    await extract(world.context, request(1, {}));
    world.market.isReadable = false;
    for (const rest of await world.handedOn())
      await expect(extract(world.context, rest)).rejects.toThrow("no JSON");
    world.market.isReadable = true;
    await extract(world.context, request(2, {}));
    for (const rest of await world.handedOn()) await extract(world.context, rest);
    await world.settle();
    expect(await closesOf(world, victim)).toEqual(new Set([5]));
  });

  test("is asked for where it was split while another provider stood in for the one that brought it", async () => {
    const world = await worldBeforeSplit(["first", "second"]);
    Object.assign(world.market, { ratio: 1, isFirstDown: true });
    for (let day = 1; day <= 8; day++) await extract(world.context, request(day, {}));
    Object.assign(world.market, { ratio: 20, isFirstDown: false });
    await extract(world.context, request(9, {}));
    const handedOn = await world.handedOn();
    expect(handedOn).toMatchObject([{ trigger: "refetch", provider: "first", symbols: [victim] }]);
    for (const rest of handedOn) await extract(world.context, rest);
    await world.settle();
    expect(await closesOf(world, victim)).toEqual(new Set([5]));
    await extract(world.context, request(10, {}));
    expect(await world.handedOn()).toEqual([]);
  });

  test("comes in the course of days where a day's budget does not hold it, no part of it twice", async () => {
    // Two calls a day are left beside those of the tick's two symbols.
    const world = await worldBeforeSplit();
    const calls = { gapMs: 0, batchGapMs: 0, callsPerDay: 4 };
    const providerPolicies = { first: resiliencePolicySchema.parse({ calls }) };
    const context = { ...world.context, settings: { ...world.context.settings, providerPolicies } };
    const refetched: number[] = [];
    let requests: ExtractRequest[] = [];
    for (let day = 1; day <= 5; day++) {
      await world.clock.advance(dayMs);
      await extract(context, request(day, {}));
      const before = world.calls.length;
      requests = await world.handedOn();
      for (const rest of requests) await extract(context, rest);
      refetched.push(world.calls.length - before);
      expect(await world.handedOn()).toEqual([]);
    }
    // 325 days in pieces of 60.
    expect(refetched).toEqual([2, 2, 2, 0, 0]);
    expect(requests).toEqual([]);
    await world.settle();
    expect(await closesOf(world, victim)).toEqual(new Set([5]));
    expect(await closesOf(world, other)).toEqual(new Set([50]));
  });
});
