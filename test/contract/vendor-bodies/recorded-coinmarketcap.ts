import { expect } from "vitest";
import { coinMarketCapDesk } from "../../../core/providers/coinmarketcap/index.ts";
import { RateLimitedError, UnknownSymbolError } from "../../../core/providers/errors.ts";
import { InvalidKeyError, PlanError } from "../../../core/providers/vendor/errors.ts";
import { type BodyCheck, fails, refers } from "../../helpers/vendor-bodies.ts";
import { coinMarketCap } from "./subjects.ts";

const foo = coinMarketCap("crypto", "1d", "FOO-USD");
const coins = (...symbols: string[]) => symbols.map((symbol) => ({ assetClass: "crypto", symbol }) as const);

export const recordedCoinMarketCap: Readonly<Record<string, BodyCheck>> = {
  "error-400-invalid-symbol.json": fails(foo, 400, { error: UnknownSymbolError, says: ["FOO"] }),
  "error-401-1001-invalid-key.json": fails(foo, 401, {
    error: InvalidKeyError,
    says: ["coinmarketcap-api-key"],
  }),
  "error-401-1002-missing-key.json": fails(foo, 401, { error: InvalidKeyError }),
  "error-402-1003-key-not-activated.json": fails(foo, 402, { error: PlanError }),
  "error-403-1006-plan-endpoint.json": fails(foo, 403, { error: PlanError, says: ["upgrade"] }),
  "error-429-1008-minute-limit.json": fails(foo, 429, { error: RateLimitedError, period: "minute" }),
  "error-429-1010-monthly-limit.json": fails(foo, 429, { error: RateLimitedError, period: "month" }),
  "error-429-1011-ip-limit.json": fails(foo, 429, { error: RateLimitedError, period: null }),
  "v1-info-btc.json": refers(coinMarketCapDesk.profiles, coins("BTC-USD"), [
    { symbol: "BTC-USD", name: "Bitcoin", industry: "coin" },
  ]),
  // `last_updated` is five weeks older than the status of the body.
  "v1-listings-latest-2019.json": refers(coinMarketCapDesk.quotes, coins("BTC-USD", "NOSUCH-USD"), [
    { symbol: "BTC-USD", price: 9_558.55163723, quotedAtMs: Date.UTC(2019, 7, 30, 18, 51, 28) },
  ]),
  "v1-listings-latest-usdc-excerpt.json": refers(coinMarketCapDesk.quotes, coins("USDC-USD"), [
    { price: 1.0000747365630451, changePct: 0.03068522, volume: null },
  ]),
  // All are unranked, so they are by id.
  "v1-map.json": async (body) => {
    const coins = coinMarketCapDesk.names!.read(body);
    expect(coins).toHaveLength(10);
    expect(coins[1]).toMatchObject({ symbol: "LTC", id: 2, name: "Litecoin", isActive: true });
  },
  "v1-quotes-latest-by-symbol.json": refers(
    coinMarketCapDesk.quotes,
    coins("ETH-USD", "ADA-USD", "ADA-EUR"),
    [
      { symbol: "ETH-USD", price: 1_615.5807067683095, marketCap: 197_704_857_274.12387 },
      { symbol: "ADA-USD", changePct: -0.43633854, quotedAtMs: Date.UTC(2023, 0, 24, 17, 28) },
    ],
  ),
  "v2-quotes-latest-by-symbol-btc.json": refers(coinMarketCapDesk.quotes, coins("BTC-USD"), [
    { symbol: "BTC-USD", price: 21_871.88352845583, quotedAtMs: Date.UTC(2022, 5, 16, 7, 10) },
  ]),
  "v3-quotes-latest-docexample.json": refers(coinMarketCapDesk.quotes, coins("BTC-USD"), [
    { symbol: "BTC-USD", price: 22_900.97645161216 },
  ]),
};
