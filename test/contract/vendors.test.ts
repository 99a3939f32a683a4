/** Every vendor adapter keeps the promises of a provider, against a market that speaks the vendor's format. */
import type { ProviderIo, ProviderResponse } from "../../core/providers/provider.ts";
import { intervalMs } from "../../core/market.ts";
import { createProviders, type VendorId } from "../../core/providers/registry.ts";
import type { Series } from "../../core/lake/keys.ts";
import { VirtualClock } from "../../local/memory/virtual-clock.ts";
import { replayHttpClient } from "../helpers/replay-server/http-client.ts";
import { syntheticMarket } from "../helpers/replay-server/market.ts";
import { vendorRoutes } from "../helpers/replay-server/routes.ts";
import { ReplayVendors } from "../helpers/replay-server/vendors.ts";
import { providerContract, type ProviderSubject } from "./provider.contract.ts";

const utc = (text: string) => Date.parse(text);
const nowMs = utc("2026-11-20T22:00Z");
const days = { fromMs: utc("2026-10-05"), toMs: utc("2026-11-07") };
// Clocks in New York were put back on 1 November.
const hours = { fromMs: utc("2026-10-30T14:30Z"), toMs: utc("2026-11-04T14:30Z") };
const minutes = { fromMs: utc("2026-11-09T14:30Z"), toMs: utc("2026-11-11T14:30Z") };

function vendorsIo(): ProviderIo {
  const clock = new VirtualClock(nowMs);
  const vendors = new ReplayVendors({
    routes: vendorRoutes,
    market: syntheticMarket({ nowMs: () => nowMs }),
    clock,
  });
  return { http: replayHttpClient(vendors, clock), secrets: { get: () => Promise.resolve("MOCK") } };
}

const json = (value: unknown): ProviderResponse => ({
  body: new TextEncoder().encode(JSON.stringify(value)),
  extension: "json",
});

/** A row with the low "ten", as each vendor would send it. */
const malformed = {
  yahoo: (series: Series, symbol: string, tsMs: number) =>
    json({
      chart: {
        result: [
          {
            meta: {
              symbol,
              exchangeTimezoneName: "UTC",
              dataGranularity: series.interval === "1d" ? "1d" : "15m",
            },
            timestamp: [tsMs / 1_000],
            indicators: { quote: [{ open: [1], high: [2], low: ["ten"], close: [1], volume: [100] }] },
          },
        ],
        error: null,
      },
    }),
  fmp: (series: Series, _symbol: string, tsMs: number) => {
    const date = new Date(tsMs - 5 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
    const day = new Date(tsMs).toISOString().slice(0, 10);
    return json([
      { date: series.interval === "1d" ? day : date, open: 1, high: 2, low: "ten", close: 1, volume: 100 },
    ]);
  },
  alpha_vantage: (_series: Series, _symbol: string, tsMs: number) =>
    json({
      "Meta Data": { "5. Time Zone": "UTC" },
      "Time Series": {
        [new Date(tsMs).toISOString().slice(0, 19).replace("T", " ")]: {
          "1. open": "1",
          "2. high": "2",
          "3. low": "ten",
          "4. close": "1",
          "5. volume": "100",
        },
      },
    }),
  coinmarketcap: (_series: Series, _symbol: string, tsMs: number) => {
    const quote = { USD: { open: 1, high: 2, low: "ten", close: 1, volume: 100 } };
    return json({
      data: { id: 1, symbol: "BTC", quotes: [{ time_open: new Date(tsMs).toISOString(), quote }] },
    });
  },
  binance: (_series: Series, _symbol: string, tsMs: number) => json([[tsMs, "1", "2", "ten", "1", "100"]]),
} satisfies Record<VendorId, unknown>;

type Case = Pick<ProviderSubject, "series" | "absentSeries" | "symbols" | "window">;

const stocks: Case = {
  series: { assetClass: "stock", interval: "1d" },
  absentSeries: null,
  symbols: ["AAPL", "BRK.B"],
  window: days,
};
const stocks15: Case = { ...stocks, series: { assetClass: "stock", interval: "15min" }, window: hours };
const coins: Case = {
  series: { assetClass: "crypto", interval: "1d" },
  absentSeries: { assetClass: "stock", interval: "1d" },
  symbols: ["BTC-USD", "ETH-USD"],
  window: days,
};
const forex: Case = {
  ...stocks,
  series: { assetClass: "forex", interval: "1d" },
  symbols: ["EURUSD", "USDINR"],
};
const noYieldsByMinute = { absentSeries: { assetClass: "bond", interval: "15min" } } as const;
const noIndices = { absentSeries: { assetClass: "index", interval: "1d" } } as const;

const cases: Readonly<Record<VendorId, readonly Case[]>> = {
  yahoo: [stocks, stocks15, { ...coins, absentSeries: null }, forex],
  fmp: [
    { ...stocks, ...noYieldsByMinute },
    { ...stocks15, ...noYieldsByMinute },
    { ...coins, ...noYieldsByMinute },
    { ...forex, ...noYieldsByMinute },
    {
      ...stocks,
      ...noYieldsByMinute,
      series: { assetClass: "bond", interval: "1d" },
      symbols: ["UST3M", "UST10Y"],
      window: { fromMs: utc("2026-03-02"), toMs: utc("2026-11-07") },
    },
  ],
  alpha_vantage: [
    { ...stocks, ...noIndices },
    { ...stocks15, ...noIndices },
    { ...forex, ...noIndices },
    { ...coins, ...noIndices },
  ],
  coinmarketcap: [coins],
  binance: [{ ...coins, series: { assetClass: "crypto", interval: "1min" }, window: minutes }],
};

/** Only Yahoo's answers name their symbol. */
const vendorName = (id: VendorId, symbol: string, { assetClass }: Series) =>
  id === "yahoo" && assetClass === "forex" ? `${symbol}=X` : symbol;

/** FMP answers for an unknown symbol with an empty list, as for a time without bars. */
const saysNothing = new Set<VendorId>(["fmp"]);

for (const [id, subjects] of Object.entries(cases) as [VendorId, readonly Case[]][]) {
  for (const subject of subjects) {
    const { series, symbols, window } = subject;
    const universe = { [series.assetClass]: symbols };
    const settings = { [id]: { universe, plan: "premium" } };
    const isYield = series.assetClass === "bond";
    providerContract(`${id}, ${series.assetClass} ${series.interval}`, {
      ...subject,
      open: () => createProviders({ vendors: settings }).get(id)!,
      io: vendorsIo(),
      respectsAsOf: false,
      unknownSymbol: saysNothing.has(id) ? "no_rows" : "error",
      onePrice: isYield,
      malformed: isYield
        ? json([{ date: "2026-11-05", month3: "ten" }])
        : malformed[id](
            series,
            vendorName(id, symbols[0], series),
            window.toMs - intervalMs[series.interval],
          ),
    });
  }
}
