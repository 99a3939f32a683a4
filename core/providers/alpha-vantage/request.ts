import type { Interval } from "../../market.ts";
import type { BarQuery } from "../provider.ts";
import type { VendorCall } from "../vendor/ask.ts";
import type { Window } from "../vendor/bar-rows.ts";
import { months } from "../vendor/spans.ts";
import { sharesZone } from "./schema.ts";
import { alphaVantageSymbol, commodityFunctionOf, maturityOf, pairOf } from "./symbols.ts";

const dayMs = 86_400_000;
/** The newest, in a compact answer. */
export const compactRows = 100;
/** At five rows a week, a compact answer spans at least so many days. */
const compactDays = Math.floor((compactRows / 5) * 7) - 1;

export type Plan = "free" | "premium";

export interface AlphaVantageRequest {
  /** Null where Alpha Vantage has no name for the symbol. */
  readonly call: VendorCall | null;
  readonly kind: "series" | "rates" | "splits" | "dividends";
  readonly symbol: string;
  readonly window: Window;
}

/** One symbol per call; intraday bars of shares come by month. */
export function alphaVantageRequests(query: BarQuery, plan: Plan): AlphaVantageRequest[] {
  return query.symbols.flatMap((symbol) => [
    ...parametersOf(query, symbol, plan).map((parameters): AlphaVantageRequest => ({
      call: parameters === null ? null : { path: "/query", query: parameters, symbol },
      kind: query.assetClass === "bond" || query.assetClass === "commodity" ? "rates" : "series",
      symbol,
      window: { fromMs: query.fromMs, toMs: query.toMs },
    })),
    ...(plan === "free" ? actionRequests(query, symbol) : []),
  ]);
}

/** The premium plan has both beside its daily bars; the free one has each behind a call of its own, for all time. */
function actionRequests({ assetClass, interval, actions }: BarQuery, symbol: string): AlphaVantageRequest[] {
  const isShare = assetClass === "stock" || assetClass === "etf";
  if (actions !== true || interval !== "1d" || !isShare) return [];
  const name = alphaVantageSymbol({ assetClass, symbol });
  return (["splits", "dividends"] as const).map((kind) => ({
    call: { path: "/query", query: { function: kind.toUpperCase(), symbol: name }, symbol },
    kind,
    symbol,
    window: { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY },
  }));
}

type Parameters = Readonly<Record<string, string>> | null;

function parametersOf(query: BarQuery, symbol: string, plan: Plan): Parameters[] {
  const { assetClass, interval } = query;
  const outputsize = query.fromMs >= query.asOfMs - compactDays * dayMs ? "compact" : "full";
  switch (assetClass) {
    case "crypto":
    case "forex":
      return [pairParameters(query, symbol, outputsize)];
    case "bond": {
      const maturity = maturityOf(symbol);
      return [maturity === null ? null : { function: "TREASURY_YIELD", interval: "daily", maturity }];
    }
    case "commodity": {
      const name = commodityFunctionOf(symbol);
      return [name === null ? null : { function: name, interval: "daily" }];
    }
    case "stock":
    case "etf":
    case "index": {
      const name = alphaVantageSymbol({ assetClass, symbol });
      if (interval !== "1d") {
        return months(query, sharesZone).map((month) => intradayParameters(name, interval, month));
      }
      const daily = plan === "free" ? "TIME_SERIES_DAILY" : "TIME_SERIES_DAILY_ADJUSTED";
      return [{ function: daily, symbol: name, outputsize }];
    }
  }
}

/** As traded and in the regular session, like daily bars. */
const intradayParameters = (symbol: string, interval: Interval, month: string) => ({
  function: "TIME_SERIES_INTRADAY",
  symbol,
  interval: intervalName(interval),
  month,
  outputsize: "full",
  adjusted: "false",
  extended_hours: "false",
});

function pairParameters({ assetClass, interval }: BarQuery, symbol: string, outputsize: string): Parameters {
  const pair = pairOf({ assetClass, symbol });
  if (pair === null) return null;
  const [base, quote] = pair;
  const isDaily = interval === "1d";
  const names =
    assetClass === "forex" ? { from_symbol: base, to_symbol: quote } : { symbol: base, market: quote };
  if (isDaily && assetClass === "crypto") return { function: "DIGITAL_CURRENCY_DAILY", ...names };
  if (isDaily) return { function: "FX_DAILY", ...names, outputsize };
  const name = assetClass === "forex" ? "FX_INTRADAY" : "CRYPTO_INTRADAY";
  return { function: name, ...names, interval: intervalName(interval), outputsize: "full" };
}

const intervalName = (interval: Interval) => (interval === "1h" ? "60min" : interval);
