/** How large vendors' answers are: what they send for a request, which may be more than was asked for. */
import { intervalMs } from "../market.ts";
import { compactRows } from "../providers/alpha-vantage/request.ts";
import { fmpZone } from "../providers/fmp/request.ts";
import type { BarQuery } from "../providers/provider.ts";
import { creditsOf, type VendorCall } from "../providers/vendor/ask.ts";
import type { Window } from "../providers/vendor/bar-rows.ts";
import { localMidnightMs } from "../providers/vendor/cells.ts";
import { expectedBars } from "./bars.ts";

/** Bytes of JSON without blanks, measured on whole answers; prices with more digits make some more, penny stocks less. */
interface BodySize {
  readonly frame: number;
  readonly intradayBar: number;
  readonly dailyBar: number;
}

const sizes: Readonly<Record<string, BodySize>> = {
  fmp: { frame: 2, intradayBar: 102, dailyBar: 192 },
  alpha_vantage: { frame: 260, intradayBar: 120, dailyBar: 197 },
  yahoo: { frame: 1_150, intradayBar: 91, dailyBar: 98 },
  coinmarketcap: { frame: 500, intradayBar: 312, dailyBar: 312 },
  binance: { frame: 2, intradayBar: 100, dailyBar: 103 },
};
/** A split or none, and ten years of a share of which every second pays a dividend each quarter. */
const actionBytes = { splits: 100, dividends: 3_000 } as const;
const usualSize: BodySize = { frame: 100, intradayBar: 100, dailyBar: 100 };

const dayMs = intervalMs["1d"];
/** Alpha Vantage's long answers have everything since then. */
const alphaVantageStartMs = Date.UTC(2000, 0);

/**
 * Bars that are wanted of the answer to a request which `transformQuery` made for `query`, bytes of all that is sent, and what
 * the vendor charges for it.
 */
export function expectedAnswer(
  providerId: string,
  request: unknown,
  query: BarQuery,
): { readonly bars: number; readonly bytes: number; readonly credits: number } {
  const { symbols, window, parameters, credits, kind } = readRequest(request, query);
  if (kind === "splits" || kind === "dividends") return { bars: 0, bytes: actionBytes[kind], credits };
  const sent = windowSent(providerId, parameters, query, window);
  const wanted = {
    fromMs: Math.max(window.fromMs, sent.fromMs),
    toMs: Math.min(window.toMs, sent.toMs),
  };
  const barsIn = (symbol: string, of: Window) => expectedBars(query, symbol, of);
  const isCompact = parameters["outputsize"] === "compact";
  // A row of yields has all maturities of a day.
  const rowsOf = providerId === "fmp" && parameters["symbol"] === undefined ? symbols.slice(0, 1) : symbols;
  const rows = rowsOf.reduce((sum, symbol) => sum + (isCompact ? compactRows : barsIn(symbol, sent)), 0);
  const { frame, intradayBar, dailyBar } = sizes[providerId] ?? usualSize;
  return {
    bars: symbols.reduce((sum, symbol) => sum + barsIn(symbol, wanted), 0),
    bytes: frame + rows * (query.interval === "1d" ? dailyBar : intradayBar),
    credits,
  };
}

/** Vendors that are asked for dates, months or everything send all of that, as far as it has happened. */
function windowSent(
  providerId: string,
  { from, to, month, outputsize }: Readonly<Record<string, string>>,
  { interval, asOfMs }: BarQuery,
  window: Window,
): Window {
  if (providerId === "fmp" && from !== undefined && to !== undefined) {
    const startMs = (date: string) =>
      interval === "1d" ? Date.parse(date) : localMidnightMs(Date.parse(date), fmpZone);
    return { fromMs: startMs(from), toMs: Math.min(startMs(to) + dayMs, asOfMs) };
  }
  if (providerId === "alpha_vantage" && month !== undefined) {
    const start = new Date(`${month}-01`);
    const endMs = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1);
    return { fromMs: start.getTime(), toMs: Math.min(endMs, asOfMs) };
  }
  if (providerId === "alpha_vantage" && outputsize !== "compact") {
    return { fromMs: alphaVantageStartMs, toMs: asOfMs };
  }
  return window;
}

/** What vendors' requests have in common; the providers that ask no vendor have requests of their own kinds. */
function readRequest(request: unknown, query: BarQuery) {
  const { call, kind, symbol, symbols, window } = request as {
    readonly kind?: string;
    readonly call?: Pick<VendorCall, "query"> | null;
    readonly symbol?: string;
    readonly symbols?: readonly string[];
    readonly window?: Window;
  };
  return {
    kind,
    symbols: symbols ?? (symbol === undefined ? query.symbols : [symbol]),
    window: window ?? query,
    parameters: call?.query ?? {},
    credits: creditsOf(request),
  };
}
