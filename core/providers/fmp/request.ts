import { calendarFor, xnys } from "../../calendar/index.ts";
import { intervalMs, type Interval, utcDate } from "../../market.ts";
import type { BarQuery } from "../provider.ts";
import type { VendorCall } from "../vendor/ask.ts";
import type { Window } from "../vendor/bar-rows.ts";
import { localDateMs, localMidnightMs } from "../vendor/cells.ts";
import type { Instrument } from "../vendor/options.ts";
import { spans } from "../vendor/spans.ts";
import { fmpSymbol, maturityOf } from "./symbols.ts";

/** Naive times of every asset class are in this zone; for crypto that is unconfirmed. */
export const fmpZone = "America/New_York";

const dayMs = 86_400_000;
/** Intraday answers are cut to a few hundred rows, the newest, without a word. */
const intradayRowsMax = 390;
/** Daily answers hold some five years. */
const dailySpanMs = 1_800 * dayMs;
/** Treasury answers are cut to 90 days, the newest, without a word. */
const treasurySpanMs = 89 * dayMs;

const intervalNames: Readonly<Record<Exclude<Interval, "1d">, string>> = {
  "1min": "1min",
  "5min": "5min",
  "15min": "15min",
  "30min": "30min",
  "1h": "1hour",
};

export interface FmpRequest {
  readonly call: VendorCall;
  readonly kind: "intraday" | "daily" | "treasury" | "splits" | "dividends";
  /** Ours: one, or the maturities wanted of a treasury answer. */
  readonly symbols: readonly string[];
  readonly window: Window;
}

export function fmpRequests(query: BarQuery): FmpRequest[] {
  const isYield = (symbol: string) => query.assetClass === "bond" && maturityOf(symbol) !== null;
  const yields = query.symbols.filter(isYield);
  const priced = query.symbols.filter((symbol) => !isYield(symbol));
  const requestPrices = query.interval === "1d" ? dailyRequests : intradayRequests;
  return [
    ...treasuryRequests(query, yields),
    ...priced.flatMap((symbol) => [...requestPrices(query, symbol), ...actionRequests(query, symbol)]),
  ];
}

const always: Window = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

/** One call for all splits that a share ever had and one for its dividends, after those for its daily bars. */
function actionRequests({ assetClass, interval, actions }: BarQuery, symbol: string): FmpRequest[] {
  const isShare = assetClass === "stock" || assetClass === "etf";
  if (actions !== true || interval !== "1d" || !isShare) return [];
  const query = { symbol: fmpSymbol({ assetClass, symbol }) };
  return (["splits", "dividends"] as const).map((kind) => ({
    call: { path: `/stable/${kind}`, query, symbol },
    kind,
    symbols: [symbol],
    window: always,
  }));
}

function treasuryRequests(query: BarQuery, symbols: readonly string[]): FmpRequest[] {
  if (symbols.length === 0) return [];
  return spans(query, treasurySpanMs).map((window) => ({
    call: { path: "/stable/treasury-rates", query: dates(window), symbol: null },
    kind: "treasury",
    symbols,
    window,
  }));
}

function dailyRequests(query: BarQuery, symbol: string): FmpRequest[] {
  const name = fmpSymbol({ assetClass: query.assetClass, symbol });
  return spans(query, dailySpanMs).map((window) => ({
    call: {
      path: "/stable/historical-price-eod/full",
      query: { symbol: name, ...dates(window) },
      symbol,
    },
    kind: "daily",
    symbols: [symbol],
    window,
  }));
}

/** In pieces of whole days in New York, for the vendor gives those in any case. */
function intradayRequests(query: BarQuery, symbol: string): FmpRequest[] {
  const { assetClass, interval, fromMs, toMs } = query;
  if (interval === "1d") return dailyRequests(query, symbol);
  const rowsPerDay = Math.ceil((hoursPerDay({ assetClass, symbol }) * 3_600_000) / intervalMs[interval]);
  const spanMs = Math.max(1, Math.floor(intradayRowsMax / rowsPerDay)) * dayMs;
  const days = { fromMs: localDateMs(fromMs, fmpZone), toMs: localDateMs(toMs - 1, fmpZone) + dayMs };
  return spans(days, spanMs).map((piece) => ({
    call: {
      path: `/stable/historical-chart/${intervalNames[interval]}`,
      query: { symbol: fmpSymbol({ assetClass, symbol }), ...dates(piece) },
      symbol,
    },
    kind: "intraday",
    symbols: [symbol],
    window: {
      fromMs: Math.max(fromMs, localMidnightMs(piece.fromMs, fmpZone)),
      toMs: Math.min(toMs, localMidnightMs(piece.toMs, fmpZone)),
    },
  }));
}

/** Hours of trading per day, at most: shares outside the US trade up to nine, and some indices longer than their shares. */
function hoursPerDay({ assetClass, symbol }: Instrument): number {
  const isExchangeTraded = assetClass === "stock" || assetClass === "etf";
  if (isExchangeTraded && calendarFor(assetClass, symbol) === xnys) return 6.5;
  return isExchangeTraded || assetClass === "index" ? 9 : 24;
}

/** Both included. */
const dates = ({ fromMs, toMs }: Window) => ({ from: utcDate(fromMs), to: utcDate(toMs - 1) });
