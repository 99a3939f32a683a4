/**
 * A backfill comes to an end under any budgets, deadlines, failures and crashes, asks for nothing twice that is done, and
 * leaves the lake of a backfill that nothing disturbed.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { TransientError } from "../../core/errors.ts";
import { backfillKey } from "../../core/lake/keys.ts";
import { backfill, type BackfillRequest } from "../../core/pipeline/backfill.ts";
import { extentOf, joined, without, type Stretch } from "../../core/pipeline/stretches.ts";
import { spanWorld, type SpanCall, type SpanVendor } from "../helpers/span-vendor.ts";
import { inVirtualTime } from "../helpers/virtual-time.ts";
import { Random } from "../simulation/random.ts";

const dayMs = 86_400_000;
const startMs = Date.UTC(2026, 10, 20, 12);
const series = { assetClass: "crypto", interval: "1d" } as const;
const daysMax = 40;
const symbolsMax = 4;
/** With one call a day, all of them need so many days; failures and crashes take their share. */
const sittingsMax = 3 * daysMax * symbolsMax;

class Crash extends Error {}

const vendorOf = (id: string) =>
  fc.record({
    id: fc.constant(id),
    spanDays: fc.integer({ min: 1, max: 50 }),
    callsPerDay: fc.integer({ min: 1, max: 6 }),
  });
const scenario = fc.record({
  seed: fc.integer(),
  vendors: fc.tuple(vendorOf("first"), vendorOf("second")),
  days: fc.integer({ min: 1, max: daysMax }),
  symbols: fc.integer({ min: 1, max: symbolsMax }),
  chunkSymbols: fc.integer({ min: 1, max: symbolsMax }),
  /** Shares of calls. */
  failing: fc.double({ min: 0, max: 0.4, noNaN: true }),
  crashing: fc.double({ min: 0, max: 0.1, noNaN: true }),
  deadlineMs: fc.constantFrom(1, 3_600_000, Infinity),
});

const requestFor = (days: number, symbols: number): BackfillRequest => ({
  ...series,
  fromMs: Date.UTC(2026, 10, 20) - days * dayMs,
  toMs: Date.UTC(2026, 10, 20),
  symbols: Array.from({ length: symbols }, (_, i) => `S${i}-USD`),
});

test("ends, asks for nothing twice that is done, and fills the lake as if nothing had happened", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ seed, vendors, days, symbols, chunkSymbols, ...trouble }) => {
      const random = new Random(seed);
      const request = requestFor(days, symbols);
      let left: readonly Stretch[] = [wholeOf(request)];
      let answered: SpanCall[] = [];
      const world = spanWorld({
        startMs,
        interval: "1d",
        vendors,
        onCall: (call) => {
          const asked = { ...call, symbols: [call.symbol] };
          expect(without([asked], left), "a call for what was done before this sitting").toEqual([]);
          expect(
            without(answered.map(stretchOf), [asked]),
            "a call for what this sitting has answered",
          ).toEqual(answered.map(stretchOf));
          if (random.chance(trouble.crashing)) throw new Crash();
          if (random.chance(trouble.failing)) throw new TransientError("down");
          answered.push(call);
        },
      });
      for (let sittings = 0; left.length > 0; sittings++) {
        expect(sittings).toBeLessThan(sittingsMax);
        answered = [];
        const deadlineMs = world.clock.nowMs() + trouble.deadlineMs;
        const sitting = backfill(world.context, request, { chunkSymbols, deadlineMs });
        await inVirtualTime(
          world.clock,
          sitting.catch((error: unknown) => {
            if (!(error instanceof Crash)) throw error;
          }),
        );
        left = await leftOf(world);
        await world.clock.advance(dayMs);
      }
      await world.settle();
      expect(await world.bars()).toEqual(await undisturbed(vendors, request));
    }),
    { numRuns: 60 },
  );
}, 120_000);

async function undisturbed(vendors: readonly SpanVendor[], request: BackfillRequest): Promise<string[]> {
  const world = spanWorld({ startMs, interval: "1d", vendors: vendors.map(withoutBudget) });
  await inVirtualTime(world.clock, backfill(world.context, request));
  await world.settle();
  return world.bars();
}

const withoutBudget = ({ id, spanDays }: SpanVendor): SpanVendor => ({ id, spanDays });
const wholeOf = ({ symbols = [], fromMs, toMs }: BackfillRequest): Stretch => ({ symbols, fromMs, toMs });
const stretchOf = ({ symbol, fromMs, toMs }: SpanCall): Stretch => ({ symbols: [symbol], fromMs, toMs });

/** What the state of the only backfill of a world says. */
async function leftOf({ context }: ReturnType<typeof spanWorld>): Promise<readonly Stretch[]> {
  const folder = backfillKey("").replace(/\.json$/, "");
  for await (const { key } of context.stores.curated.list(folder)) {
    const { bytes } = (await context.stores.curated.get(key))!;
    return (JSON.parse(new TextDecoder().decode(bytes)) as { left: Stretch[] }).left;
  }
  throw new Error("no state was written");
}

test("the first provider is asked as often as for the whole range at once", async () => {
  await fc.assert(
    fc.asyncProperty(vendorOf("first"), fc.integer({ min: 1, max: 400 }), async (vendor, days) => {
      const world = spanWorld({ startMs, interval: "1d", vendors: [withoutBudget(vendor)] });
      await inVirtualTime(world.clock, backfill(world.context, requestFor(days, 3)));
      expect(world.calls).toHaveLength(3 * Math.ceil(days / vendor.spanDays));
    }),
    { numRuns: 30 },
  );
});

const stretch = fc
  .record({
    symbols: fc.uniqueArray(fc.constantFrom("A", "B", "C"), { minLength: 1 }),
    fromMs: fc.integer({ min: 0, max: 20 }),
    lengthMs: fc.integer({ min: 1, max: 10 }),
  })
  .map(({ symbols, fromMs, lengthMs }) => ({ symbols, fromMs, toMs: fromMs + lengthMs }));
const stretches = fc.array(stretch, { maxLength: 6 });
/** `symbol ms` of every millisecond. */
const pointsOf = (of: readonly Stretch[]): Set<string> =>
  new Set(
    of.flatMap(({ symbols, fromMs, toMs }) =>
      symbols.flatMap((symbol) => Array.from({ length: toMs - fromMs }, (_, i) => `${symbol} ${fromMs + i}`)),
    ),
  );

test("taking stretches from stretches is taking the points of one from those of the other", () => {
  fc.assert(
    fc.property(stretches, stretches, (some, taken) => {
      const gone = pointsOf(taken);
      const expected = new Set([...pointsOf(some)].filter((point) => !gone.has(point)));
      expect(pointsOf(without(some, taken))).toEqual(expected);
    }),
  );
});

test("joining stretches keeps every point, each once", () => {
  fc.assert(
    fc.property(stretches, (some) => {
      expect(pointsOf(joined(some))).toEqual(pointsOf(some));
      expect(extentOf(joined(some))).toBe(pointsOf(some).size);
    }),
  );
});
