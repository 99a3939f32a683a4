/** What vendors are asked: names, windows and pages within their limits. */
import { describe, expect, it } from "vitest";
import {
  alphaVantageSymbol,
  createAlphaVantageProvider,
} from "../../../../core/providers/alpha-vantage/index.ts";
import { createBinanceProvider } from "../../../../core/providers/binance/index.ts";
import { createCoinMarketCapProvider } from "../../../../core/providers/coinmarketcap/index.ts";
import { UnknownSymbolError } from "../../../../core/providers/errors.ts";
import { createFmpProvider, fmpSymbol } from "../../../../core/providers/fmp/index.ts";
import type { BarQuery, Provider } from "../../../../core/providers/provider.ts";
import type { VendorCall } from "../../../../core/providers/vendor/ask.ts";
import type { HttpRequest } from "../../../../core/ports.ts";
import { createYahooProvider, yahooSymbol } from "../../../../core/providers/yahoo/index.ts";
import type { AssetClass, Interval } from "../../../../core/market.ts";
import { answering } from "../../../helpers/vendor-bodies.ts";

const utc = (text: string) => Date.parse(text);

function query(
  assetClass: AssetClass,
  interval: Interval,
  symbol: string,
  from: string,
  to: string,
): BarQuery {
  return { assetClass, interval, symbols: [symbol], fromMs: utc(from), toMs: utc(to), asOfMs: utc(to) };
}

const callsOf = <R>(provider: Provider<R>, asked: BarQuery) =>
  provider.transformQuery(asked).map((request) => (request as { call: VendorCall | null }).call);

describe("names of instruments", () => {
  it.each([
    ["stock", "AAPL", "AAPL", "AAPL", "AAPL"],
    ["stock", "BRK.B", "BRK-B", "BRK-B", "BRK-B"],
    ["stock", "BRK-B", "BRK-B", "BRK-B", "BRK-B"],
    ["stock", "TSCO.L", "TSCO.L", "TSCO.L", "TSCO.LON"],
    ["index", "^GSPC", "^GSPC", "^GSPC", "^GSPC"],
    ["crypto", "BTC-USD", "BTC-USD", "BTCUSD", "BTC-USD"],
    ["forex", "EURUSD", "EURUSD=X", "EURUSD", "EURUSD"],
    ["forex", "EURUSD=X", "EURUSD=X", "EURUSD", "EURUSD=X"],
    ["forex", "INR=X", "INR=X", "USDINR", "INR=X"],
    ["commodity", "GC=F", "GC=F", "GCUSD", "GC=F"],
    ["bond", "UST10Y", "^TNX", "UST10Y", "UST10Y"],
  ] as const)(
    "%s %s is %s at Yahoo, %s at FMP, %s at Alpha Vantage",
    (assetClass, symbol, yahoo, fmp, alphaVantage) => {
      expect(yahooSymbol({ assetClass, symbol })).toBe(yahoo);
      expect(fmpSymbol({ assetClass, symbol })).toBe(fmp);
      expect(alphaVantageSymbol({ assetClass, symbol })).toBe(alphaVantage);
    },
  );

  it.each([
    ["crypto", "BTC-EUR", { function: "DIGITAL_CURRENCY_DAILY", symbol: "BTC", market: "EUR" }],
    ["forex", "INR=X", { function: "FX_DAILY", from_symbol: "USD", to_symbol: "INR", outputsize: "compact" }],
    ["bond", "UST2Y", { function: "TREASURY_YIELD", interval: "daily", maturity: "2year" }],
    ["commodity", "WTI-SPOT", { function: "WTI", interval: "daily" }],
  ] as const)("Alpha Vantage is asked for %s %s by its parts", (assetClass, symbol, parameters) => {
    const [call] = callsOf(
      createAlphaVantageProvider(),
      query(assetClass, "1d", symbol, "2024-03-01", "2024-03-08"),
    );
    expect(call!.query).toEqual(parameters);
  });

  it.each([
    ["bond", "UST4Y"],
    ["commodity", "GC=F"],
    ["forex", "GOLD"],
  ] as const)("Alpha Vantage has no series for %s %s and is not asked", async (assetClass, symbol) => {
    const provider = createAlphaVantageProvider();
    const [request] = provider.transformQuery(query(assetClass, "1d", symbol, "2024-03-01", "2024-03-08"));
    await expect(provider.extract(request!, answering("{}"))).rejects.toThrow(UnknownSymbolError);
  });

  it("CoinMarketCap is asked by id where it is known, else by symbol, and not for what is no pair", async () => {
    const provider = createCoinMarketCapProvider({ ids: { RARE: 777 } });
    const parametersOf = (symbol: string) =>
      callsOf(provider, query("crypto", "1d", symbol, "2024-03-01", "2024-03-08"))[0]?.query;
    expect(parametersOf("BTC-USD")).toMatchObject({ id: "1", convert: "USD" });
    expect(parametersOf("RARE-EUR")).toMatchObject({ id: "777", convert: "EUR" });
    expect(parametersOf("NEWCOIN-USD")).toMatchObject({ symbol: "NEWCOIN" });
    const [request] = provider.transformQuery(query("crypto", "1d", "BITCOIN", "2024-03-01", "2024-03-08"));
    await expect(provider.extract(request!, answering("{}"))).rejects.toThrow(UnknownSymbolError);
  });
});

const covers = (plan: "free" | "premium", interval: Interval) =>
  createAlphaVantageProvider({ plan }).covers({ assetClass: "stock", interval });

const sizeOf = (from: string) =>
  callsOf(createAlphaVantageProvider(), query("stock", "1d", "IBM", from, "2024-06-30"))[0]!.query[
    "outputsize"
  ];

const fmpHas = (assetClass: AssetClass, interval: Interval) =>
  createFmpProvider().covers({ assetClass, interval });

describe("windows", () => {
  it("Yahoo is asked for days with a day of margin, and in epoch seconds", () => {
    const [call] = callsOf(createYahooProvider(), query("forex", "1d", "EURUSD", "2024-03-11", "2024-03-12"));
    expect(call).toMatchObject({
      path: "/v8/finance/chart/EURUSD%3DX",
      query: { period1: "1710028800", period2: "1710288000", interval: "1d" },
    });
  });

  it("Yahoo is not asked for intraday bars that it no longer has", () => {
    const requests = createYahooProvider().transformQuery(
      query("stock", "5min", "AAPL", "2024-01-01", "2024-06-30"),
    );
    expect(requests.map(({ window }) => new Date(window.fromMs).toISOString())).toEqual([
      "2024-05-02T00:00:00.000Z",
    ]);
    expect(
      createYahooProvider().transformQuery(query("stock", "5min", "AAPL", "2020-01-01", "2020-01-01")),
    ).toEqual([]);
  });

  it("Yahoo is asked for minutes by the week", () => {
    const requests = createYahooProvider().transformQuery(
      query("stock", "1min", "AAPL", "2024-06-10", "2024-06-30"),
    );
    expect(requests).toHaveLength(3);
  });

  it("FMP is asked by dates in New York, both included, and in pieces that its limit of rows allows", () => {
    const asked = query("stock", "5min", "AAPL", "2024-03-04T05:00Z", "2024-03-16T04:00Z");
    const windows = callsOf(createFmpProvider(), asked).map((call) => [
      call!.query["from"],
      call!.query["to"],
    ]);
    // 78 bars a day, so that five days fit.
    expect(windows).toEqual([
      ["2024-03-11", "2024-03-15"],
      ["2024-03-06", "2024-03-10"],
      ["2024-03-04", "2024-03-05"],
    ]);
  });

  it.each([
    ["stock", "AAPL", 5],
    ["stock", "THYAO.IS", 3],
    ["stock", "7203.T", 3],
    ["index", "^GDAXI", 3],
    ["forex", "EURUSD", 1],
  ] as const)("FMP is asked for %s %s by %i days of five minutes", (assetClass, symbol, days) => {
    const asked = query(assetClass, "5min", symbol, "2024-03-04T05:00Z", "2024-03-19T04:00Z");
    expect(callsOf(createFmpProvider(), asked)).toHaveLength(15 / days);
  });

  it("FMP is asked for yields of all maturities at once, in pieces of less than 90 days", () => {
    const asked = {
      ...query("bond", "1d", "UST2Y", "2024-01-01", "2024-06-30"),
      symbols: ["UST2Y", "UST10Y", "^TNX"],
    };
    const paths = callsOf(createFmpProvider(), asked).map((call) => call!.path);
    expect(paths).toEqual([
      ...Array.from({ length: 3 }, () => "/stable/treasury-rates"),
      "/stable/historical-price-eod/full",
    ]);
  });

  it("Alpha Vantage is asked by month, a month's first hours being in the month before", () => {
    const provider = createAlphaVantageProvider({ plan: "premium" });
    const asked = query("stock", "15min", "IBM", "2024-02-01T00:00Z", "2024-03-05T00:00Z");
    expect(callsOf(provider, asked).map((call) => call!.query["month"])).toEqual([
      "2024-03",
      "2024-02",
      "2024-01",
    ]);
  });

  it("Alpha Vantage is asked for everything only where the newest hundred days do not reach", () => {
    expect(sizeOf("2024-03-01")).toBe("compact");
    expect(sizeOf("2023-06-30")).toBe("full");
  });

  it("Alpha Vantage's free plan has daily bars only", () => {
    expect([covers("free", "1d"), covers("free", "15min"), covers("premium", "15min")]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it("FMP is not asked for minutes of markets whose day is longer than its answers", () => {
    expect([fmpHas("stock", "1min"), fmpHas("crypto", "1min"), fmpHas("forex", "1min")]).toEqual([
      true,
      false,
      false,
    ]);
    expect([fmpHas("crypto", "5min"), fmpHas("bond", "1d"), fmpHas("bond", "5min")]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("CoinMarketCap leaves out the start of a window, so it begins a bar early", () => {
    const provider = createCoinMarketCapProvider();
    const [day] = callsOf(provider, query("crypto", "1d", "BTC-USD", "2024-03-11", "2024-03-13"));
    expect(day!.query).toMatchObject({ time_start: "2024-03-10", time_end: "2024-03-12", count: "3" });
    const [hour] = callsOf(provider, query("crypto", "1h", "BTC-USD", "2024-03-11", "2024-03-12"));
    expect(hour!.query).toMatchObject({ time_start: "2024-03-10T23:00:00.000Z", time_period: "hourly" });
  });

  it("Binance gives a thousand bars per call", () => {
    const asked = query("crypto", "1min", "BTC-USDT", "2024-03-11", "2024-03-12");
    expect(callsOf(createBinanceProvider(), asked)).toHaveLength(2);
  });
});

/** What goes out for the first request of a query. */
async function requestOf(provider: Provider, asked: BarQuery, body: string): Promise<HttpRequest> {
  const seen: HttpRequest[] = [];
  const io = answering(body);
  const http = {
    get: (request: HttpRequest) => {
      seen.push(request);
      return io.http.get(request);
    },
  };
  await provider.extract(provider.transformQuery(asked)[0], { ...io, http });
  return seen[0]!;
}

describe("calls", () => {
  it("FMP gets its key in a header, where no log of addresses has it", async () => {
    const provider = createFmpProvider({ baseUrl: "http://127.0.0.1:9/", timeoutMs: 1_234 });
    const request = await requestOf(
      provider,
      query("index", "1d", "^GSPC", "2024-03-11", "2024-03-12"),
      "[]",
    );
    expect(request).toEqual({
      url: "http://127.0.0.1:9/stable/historical-price-eod/full?symbol=%5EGSPC&from=2024-03-11&to=2024-03-11",
      headers: { apikey: "MOCK" },
      timeoutMs: 1_234,
    });
  });

  it("Alpha Vantage takes its key nowhere but in the address", async () => {
    const body = `{"Meta Data":{}}`;
    const asked = query("stock", "1d", "IBM", "2024-03-11", "2024-03-12");
    const { url } = await requestOf(createAlphaVantageProvider(), asked, body);
    expect(new URL(url).searchParams.get("apikey")).toBe("MOCK");
  });

  it("Yahoo is asked as a browser asks", async () => {
    const asked = query("stock", "1d", "AAPL", "2024-03-11", "2024-03-12");
    const { headers } = await requestOf(createYahooProvider(), asked, "{}");
    expect(headers!["user-agent"]).toMatch(/^Mozilla/);
  });
});
