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
