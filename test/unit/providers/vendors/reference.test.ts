/** Quotes, profiles and names: what vendors are asked for them, and what becomes of instruments that they leave out. */
import { describe, expect, it } from "vitest";
import { fetchReference, searchNames } from "../../../../core/providers/reference.ts";
import { type DeskId, referenceDesks } from "../../../../core/providers/reference-desks.ts";
import { ask, type VendorCall } from "../../../../core/providers/vendor/ask.ts";
import { answering } from "../../../helpers/vendor-bodies.ts";

const shares = ["AAPL", "NOSUCH"].map((symbol) => ({ assetClass: "stock", symbol }) as const);
const coins = ["BTC-USD", "ETH-USD", "NEWCOIN-USD"].map(
  (symbol) => ({ assetClass: "crypto", symbol }) as const,
);
const { fmp, alpha_vantage: alphaVantage, coinmarketcap: coinMarketCap } = referenceDesks;

/** A vendor that answers everything alike. */
const saying =
  (id: DeskId, body: unknown, status = 200) =>
  (call: VendorCall) =>
    ask(referenceDesks[id].vendor({}), call, answering(JSON.stringify(body), status));

describe("quotes and profiles", () => {
  it("name the instruments that the vendor leaves out", async () => {
    const body = [{ symbol: "AAPL", price: 1 }];
    const answer = await fetchReference(saying("fmp", body), fmp.quotes, shares);
    expect(answer.entries.map(({ symbol, price }) => [symbol, price])).toEqual([["AAPL", 1]]);
    expect(answer.unknown).toEqual(["NOSUCH"]);
  });

  it("are in the order in which they were asked for, the last word of each", async () => {
    const body = [
      { symbol: "NOSUCH", price: 1 },
      { symbol: "AAPL", price: 2 },
      { symbol: "AAPL", price: 3 },
    ];
    const { entries } = await fetchReference(saying("fmp", body), fmp.quotes, shares);
    expect(entries.map(({ symbol, price }) => [symbol, price])).toEqual([
      ["AAPL", 3],
      ["NOSUCH", 1],
    ]);
  });

  it("take an empty profile for an unknown symbol", async () => {
    const answer = await fetchReference(saying("fmp", []), fmp.profiles, shares);
    expect(answer).toEqual({ entries: [], unknown: ["AAPL", "NOSUCH"] });
  });
});

const asked = (assetClass: "stock" | "forex" | "crypto" | "index", symbol: string) =>
  alphaVantage.quotes.calls([{ assetClass, symbol }]).map(({ query }) => query);

describe("Alpha Vantage", () => {
  it("is asked for one share per call", async () => {
    const quotes = await fetchReference(
      saying("alpha_vantage", { "Global Quote": {} }),
      alphaVantage.quotes,
      shares,
    );
    expect(quotes).toEqual({ entries: [], unknown: ["AAPL", "NOSUCH"] });
    expect(alphaVantage.quotes.calls(shares)).toHaveLength(2);
  });

  it("is asked for pairs by their parts, for no share of a class as a pair, and for no index", () => {
    const pair = { function: "CURRENCY_EXCHANGE_RATE", from_currency: "USD", to_currency: "INR" };
    expect(asked("forex", "INR=X")).toEqual([pair]);
    expect(asked("stock", "BRK-B")).toEqual([{ function: "GLOBAL_QUOTE", symbol: "BRK-B" }]);
    expect(asked("index", "^GSPC")).toEqual([]);
  });

  it("has profiles of shares only", () => {
    expect(alphaVantage.profiles.calls([...shares, ...coins])).toHaveLength(2);
  });
});

describe("CoinMarketCap", () => {
  it("is asked for all coins of a currency at once, by id where it is known", async () => {
    expect(coinMarketCap.quotes.calls(coins).map(({ query }) => query)).toEqual([
      { id: "1,1027", convert: "USD", skip_invalid: "true" },
      { symbol: "NEWCOIN", convert: "USD", skip_invalid: "true" },
    ]);
    const body = { data: { 1: { id: 1, symbol: "BTC", quote: { USD: { price: 9 } } } } };
    const answer = await fetchReference(saying("coinmarketcap", body), coinMarketCap.quotes, coins);
    expect(answer.entries).toMatchObject([{ symbol: "BTC-USD", price: 9 }]);
    expect(answer.unknown).toEqual(["ETH-USD", "NEWCOIN-USD"]);
  });

  it("names all coins that share a symbol, the best ranked first", async () => {
    const body = {
      data: [
        { id: 7_001, symbol: "TWIN", name: "Twin, gone", is_active: 0 },
        { id: 9_002, symbol: "TWIN", name: "Twin", is_active: 1, rank: 40 },
      ],
    };
    const matches = await searchNames(saying("coinmarketcap", body), coinMarketCap.names!, "twin");
    expect(matches.map(({ id, name, isActive }) => [id, name, isActive])).toEqual([
      [9_002, "Twin", true],
      [7_001, "Twin, gone", false],
    ]);
  });

  it("refuses an unknown symbol, of which then nothing is found", async () => {
    const status = { error_code: 400, error_message: `Invalid value for "symbol": "NOSUCH"` };
    const none = await searchNames(saying("coinmarketcap", { status }, 400), coinMarketCap.names!, "nosuch");
    expect(none).toEqual([]);
  });
});
