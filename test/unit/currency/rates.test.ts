import { describe, expect, it } from "vitest";
import { BaseRates, pairsOf } from "../../../core/currency/rates.ts";

const rates = new BaseRates(
  "INR",
  7,
  new Map([
    [
      "USD",
      [
        { symbol: "USDINR", inverse: false, days: [100, 101, 120], closes: [80, 81, 90] },
        { symbol: "INRUSD", inverse: true, days: [110], closes: [0.0125] },
      ],
    ],
  ]),
);

describe("BaseRates", () => {
  it("gives the rate of the day, or the last of the days that it may be carried", () => {
    expect(rates.rateOn("USD", 100)).toBe(80);
    expect(rates.rateOn("USD", 101)).toBe(81);
    expect(rates.rateOn("USD", 108)).toBe(81);
    expect(rates.rateOn("USD", 400)).toBeNaN();
    expect(rates.rateOn("USD", 99)).toBeNaN();
  });

  it("turns to the next pair where the first has no rate", () => {
    expect(rates.rateOn("USD", 112)).toBe(80);
    expect(rates.rateOn("USD", 109)).toBeNaN();
  });

  it("of hundredths of a currency is a hundredth of its rate, whichever way the pair is quoted", () => {
    const london = new BaseRates(
      "INR",
      7,
      new Map([
        ["GBP", [{ symbol: "GBPINR", inverse: false, days: [100], closes: [112.5] }]],
        ["ZAR", [{ symbol: "INRZAR", inverse: true, days: [100], closes: [0.2] }]],
        ["ILS", [{ symbol: "ILSINR=X", inverse: false, days: [100], closes: [25] }]],
      ]),
    );
    expect(london.rateOn("GBP", 100)).toBe(112.5);
    expect(london.rateOn("GBp", 100)).toBe(1.125);
    expect(london.rateOn("GBX", 100)).toBe(1.125);
    expect(london.rateOn("ZAc", 100)).toBe(0.05);
    expect(london.rateOn("ILA", 100)).toBe(0.25);
    expect(london.rateOn("ILA", 99)).toBeNaN();
    expect(new BaseRates("GBP", 7, new Map()).rateOn("GBp", 100)).toBe(0.01);
  });

  it("is 1 for the base currency itself and unknown for a currency without pairs", () => {
    expect(rates.rateOn("INR", 5)).toBe(1);
    expect(rates.rateOn("TRY", 100)).toBeNaN();
  });
});

describe("pairsOf", () => {
  it("prefers the direct pair to the inverse one, and knows Yahoo's names", () => {
    expect(pairsOf("USD", "INR").map(({ symbol }) => symbol)).toEqual([
      "USDINR",
      "USDINR=X",
      "INR=X",
      "INRUSD",
      "INRUSD=X",
    ]);
    expect(
      pairsOf("EUR", "USD")
        .filter(({ inverse }) => inverse)
        .map(({ symbol }) => symbol),
    ).toEqual(["USDEUR", "USDEUR=X", "EUR=X"]);
  });
});
