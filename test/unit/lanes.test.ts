import { describe, expect, test } from "vitest";
import { defaultLakeSettings, laneOf, type LakeSettings } from "../../core/settings.ts";

const settings: LakeSettings = {
  ...defaultLakeSettings,
  providerChains: { stock: ["fmp", "yahoo"], crypto: ["binance"] },
};
const stock = { assetClass: "stock", interval: "15min" } as const;

describe("the lane of a request", () => {
  test("is that of the provider it names", () => {
    expect(laneOf(settings, { ...stock, provider: "yahoo" })).toBe("yahoo");
  });

  test("is that of the first provider of the chain where it names none", () => {
    expect(laneOf(settings, stock)).toBe("fmp");
    expect(laneOf(settings, { ...stock, assetClass: "crypto" })).toBe("binance");
  });

  test("is one of its series where it polls, for it would hold that of its provider while it waits", () => {
    expect(laneOf(settings, { ...stock, polls: { count: 4, everyMs: 15_000 } })).toBe("fmp/stock/15min");
  });

  test("is there also where nobody is to be asked, so that the request can be refused with its cause", () => {
    expect(laneOf(settings, { ...stock, assetClass: "bond" })).toBe("nobody");
  });
});
