import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { actionRow, isAnnounced, mergeActions, type ActionRow } from "../../../core/actions/actions.ts";
import { parseActionsCsv } from "../../../core/actions/csv.ts";
import type { CorporateAction, Receipt } from "../../../core/providers/provider.ts";

const receipt: Receipt = {
  assetClass: "stock",
  interval: "1d",
  provider: "yahoo",
  runId: "run",
  ingestedAtMs: Date.parse("2020-08-31T15:00Z"),
  adjustment: "none",
  currency: null,
};
const split = (change: Partial<CorporateAction> = {}): CorporateAction => ({
  symbol: "AAPL",
  exDate: "2020-08-31",
  kind: "split",
  ratio: 4,
  amount: null,
  currency: null,
  ...change,
});

describe("actionRow", () => {
  it("keeps a split of the day on which it is received", () => {
    expect(actionRow(split(), receipt)).toMatchObject({
      symbol: "AAPL",
      ex_date: 18_505,
      ratio: 4,
      amount: null,
    });
  });

  it("keeps what is announced for a later day", () => {
    const row = { ...actionRow(split({ exDate: "2020-09-01" }), receipt), source_key: "k" };
    expect(row.ex_date).toBe(18_506);
    expect(isAnnounced(row)).toBe(true);
    expect(isAnnounced({ ...row, ingested_at: Date.UTC(2020, 8, 1) })).toBe(false);
  });

  it.each([
    [split({ exDate: "2022-09-03" }), 'split of "AAPL" on 2022-09-03: expected an ex-date within two years'],
    [split({ ratio: 0 }), 'expected a positive ratio, got "0"'],
    [split({ ratio: null }), 'expected a positive ratio, got "null"'],
    [split({ ratio: Number.NaN }), 'expected a positive ratio, got "NaN"'],
    [split({ kind: "dividend", amount: -1 }), 'expected an amount of 0 or more, got "-1"'],
    [split({ kind: "dividend", amount: null }), 'expected an amount of 0 or more, got "null"'],
    [split({ exDate: "2020-02-30" }), 'got "2020-02-30"'],
  ])("refuses what cannot be true: %o", (action, message) => {
    expect(() => actionRow(action, receipt)).toThrow(message);
  });
});

const merge = (list: readonly ActionRow[]) => mergeActions(list, ["q", "p"]);
const values = (list: readonly ActionRow[]) =>
  list.map(({ ratio, amount, ...rest }) => ({ ...rest, value: ratio ?? amount ?? 0 }));

describe("mergeActions", () => {
  const row = fc.record({
    symbol: fc.constantFrom("A", "B"),
    ex_date: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom("split", "dividend"),
    ratio: fc.constantFrom(2, 3, null),
    amount: fc.constantFrom(0.5, null),
    currency: fc.constant(null),
    provider: fc.constantFrom("p", "q", "r"),
    ingested_at: fc.integer({ min: 1, max: 3 }),
    adjustment: fc.constant("none"),
    run_id: fc.constant("run"),
    source_key: fc.constantFrom("k1", "k2"),
  });
  const rows = fc.array(row, { maxLength: 12 });

  it("does not depend on order, grouping or repetition", () => {
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        const expected = values(merge([...a, ...b]));
        expect(values(merge([...b, ...a]))).toEqual(expected);
        expect(values(merge([...merge(a), ...merge(b)]))).toEqual(expected);
        expect(values(merge([...merge(a), ...a, ...b]))).toEqual(expected);
      }),
    );
  });

  it("keeps what was received last, then what the better provider says", () => {
    const version = { ...actionRow(split(), receipt), source_key: "k" };
    const later = { ...version, ingested_at: version.ingested_at + 1, ratio: 5 };
    const better = { ...version, provider: "q", ratio: 6 };
    expect(merge([later, version])).toEqual([later]);
    expect(merge([version, better])).toEqual([better]);
  });
});

describe("parseActionsCsv", () => {
  const header = "symbol,ex_date,kind,ratio,amount,currency";

  it("reads splits and dividends", () => {
    const text = `${header}\nAAPL,2020-08-31,split,4,,\r\nAAPL,2020-08-07,dividend,,0.82,USD\n`;
    expect(parseActionsCsv(text, "a.csv", "EUR")).toEqual([
      split({ currency: "EUR" }),
      split({ exDate: "2020-08-07", kind: "dividend", ratio: null, amount: 0.82, currency: "USD" }),
    ]);
  });

  it.each([
    [
      `${header}\nAAPL,2020-08-31,merger,4,,`,
      'line 2, column 3: expected the kind "split" or "dividend", got "merger"',
    ],
    [`${header}\n\nAAPL,2020-08-31,split,four,,`, 'line 3, column 4: expected a number, got "four"'],
    [
      `${header}\nAAPL,31/08/2020,split,4,,`,
      'column 2: expected a date such as 2026-11-20, got "31/08/2020"',
    ],
    [`${header}\nAAPL,2020-08-31,split`, "expected 6 cells"],
    ["symbol,date\nAAPL,2020-08-31", 'got "symbol,date"'],
  ])("names file, line and expectation: %#", (text, message) => {
    expect(() => parseActionsCsv(text, "a.csv", null)).toThrow(message);
  });

  it("finds the events between rows of LEAN's factors", () => {
    const factors = [
      "symbol,date,price_factor,split_factor,reference_price",
      "AAPL,2014-05-07,0.8961764,0.0357143,592.33",
      "AAPL,2014-06-06,0.9011764,0.0357143,645.57",
      "AAPL,2020-08-28,0.9011764,0.25,499.24",
      "AAPL,2050-12-31,0.9011764,1,0",
      "IBM,1998-01-02,0.4,1,100",
    ].join("\n");
    const [dividend, ...splits] = parseActionsCsv(factors, "f.csv", null);
    // 592.33 × (1 − 0.8961764 ÷ 0.9011764): the dividend of 3.29 USD, as far as these factors tell it.
    expect(dividend).toMatchObject({ exDate: "2014-05-08", kind: "dividend" });
    expect(dividend!.amount).toBeCloseTo(3.2864, 3);
    expect(splits).toEqual([
      split({ exDate: "2014-06-09", ratio: 7 }),
      split({ exDate: "2020-08-31", ratio: 4 }),
    ]);
  });
});
