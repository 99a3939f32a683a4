import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { symbolTimeOrder } from "../../core/bars/order.ts";
import { nullCode } from "../../core/columnar/batch.ts";

const none = Number.NaN;
const rows = fc.array(
  fc.record({
    symbol: fc.constantFrom("B", "A", "a", "^X", "İ", null),
    ts: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(none)),
  }),
  { maxLength: 40 },
);
type Rows = readonly { readonly symbol: string | null; readonly ts: number }[];

/** A dictionary in any order, with entries that no row uses, as chunks of files have. */
const dictionaries = fc.shuffledSubarray(["B", "A", "a", "^X", "İ", "unused"], { minLength: 6 });

function orderOf(of: Rows, dictionary: readonly string[]): number[] {
  const codes = Uint32Array.from(of, ({ symbol }) =>
    symbol === null ? nullCode : dictionary.indexOf(symbol),
  );
  const order = symbolTimeOrder(
    { values: dictionary, codes },
    Float64Array.from(of, ({ ts }) => ts),
  );
  return order === null ? of.map((_, row) => row) : [...order];
}

/** Array.prototype.sort is stable (ECMA-262 §23.1.3.30). */
function naiveOrder(of: Rows): number[] {
  const compare = (a: Rows[number], b: Rows[number]) => {
    if (a.symbol !== b.symbol) {
      if (a.symbol === null) return 1;
      if (b.symbol === null) return -1;
      return a.symbol < b.symbol ? -1 : 1;
    }
    if (Number.isNaN(a.ts) || Number.isNaN(b.ts))
      return Number(Number.isNaN(a.ts)) - Number(Number.isNaN(b.ts));
    return a.ts - b.ts;
  };
  return of.map((_, row) => row).sort((a, b) => compare(of[a]!, of[b]!));
}

describe("symbolTimeOrder", () => {
  it("is the order of a stable sort by symbol and time", () => {
    fc.assert(
      fc.property(rows, dictionaries, (of, dictionary) => {
        expect(orderOf(of, dictionary)).toEqual(naiveOrder(of));
      }),
      { numRuns: 300 },
    );
  });

  it("is null for rows that stand in order", () => {
    fc.assert(
      fc.property(rows, dictionaries, (of, dictionary) => {
        const inOrder = naiveOrder(of).map((row) => of[row]!);
        const codes = Uint32Array.from(inOrder, ({ symbol }) =>
          symbol === null ? nullCode : dictionary.indexOf(symbol),
        );
        const ts = Float64Array.from(inOrder, (row) => row.ts);
        expect(symbolTimeOrder({ values: dictionary, codes }, ts)).toBeNull();
      }),
    );
  });

  it("puts missing times last within a symbol and missing symbols last of all", () => {
    const of = [
      { symbol: null, ts: 1 },
      { symbol: "B", ts: none },
      { symbol: "B", ts: 2 },
      { symbol: "A", ts: none },
      { symbol: "A", ts: 3 },
    ];
    expect(orderOf(of, ["B", "A"])).toEqual([4, 3, 2, 1, 0]);
  });
});
