import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { median, medianAbsoluteDeviation } from "../../core/quality/robust.ts";

const values = fc.array(
  fc.oneof(fc.double({ min: -1e12, max: 1e12, noNaN: true }), fc.integer({ min: -3, max: 3 })),
  { minLength: 1, maxLength: 50 },
);
const ascending = (list: readonly number[]) => Float64Array.from(list).sort();

function naiveMedian(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(list.length / 2)]!;
  return list.length % 2 === 1 ? upper : (sorted[list.length / 2 - 1]! + upper) / 2;
}

describe("median", () => {
  it("is the middle of the sorted values, the mean of the two middle ones where their number is even", () => {
    fc.assert(
      fc.property(values, (list) => {
        // Adding 0 makes one zero of both.
        expect(median(ascending(list)) + 0).toBe(naiveMedian(list) + 0);
      }),
    );
  });

  it.each([
    [[7], 7],
    [[1, 2, 9], 2],
    [[1, 2, 4, 9], 3],
  ])("of %j is %d", (list, expected) => {
    expect(median(ascending(list))).toBe(expected);
  });
});

describe("medianAbsoluteDeviation", () => {
  it("is the median of the distances, whatever the center", () => {
    fc.assert(
      fc.property(values, fc.double({ min: -1e12, max: 1e12, noNaN: true }), (list, anywhere) => {
        for (const center of [naiveMedian(list), anywhere]) {
          const distances = list.map((value) => Math.abs(value - center));
          expect(medianAbsoluteDeviation(ascending(list), center)).toBe(naiveMedian(distances));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("of 1 1 2 2 4 6 9 around 2 is 1", () => {
    // https://en.wikipedia.org/wiki/Median_absolute_deviation, "Example"
    expect(medianAbsoluteDeviation(ascending([1, 1, 2, 2, 4, 6, 9]), 2)).toBe(1);
  });
});
