/** A market in which every instrument has prices, the same whichever vendor is asked. */
import { toRows } from "../../../core/columnar/batch.ts";
import type { Series } from "../../../core/lake/keys.ts";
import type { AssetClass } from "../../../core/market.ts";
import { createBarGenerator } from "../../../core/providers/synthetic/generate.ts";
import { defaultSyntheticOptions, type SyntheticOptions } from "../../../core/providers/synthetic/options.ts";
import { rawBars } from "../../../core/tables/index.ts";

export interface MarketBar {
  /** UTC ms of the bar's start; of a daily bar midnight UTC of its date. */
  readonly tsMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

export interface MarketAction {
  /** `YYYY-MM-DD`. */
  readonly exDate: string;
  readonly kind: "split" | "dividend";
  /** Shares after per share before; cash per share as paid. */
  readonly value: number;
}

/** Half-open, UTC ms of bar starts. */
export interface MarketQuery extends Series {
  readonly symbol: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** As traded, or in today's shares, as most vendors tell it. */
  readonly basis: "traded" | "split";
}

export interface Market {
  /** The time until which anything is known; the bar in which it lies is unfinished. UTC ms. */
  nowMs(): number;
  knows(assetClass: AssetClass, symbol: string): boolean;
  /** In order of time. */
  bars(query: MarketQuery): MarketBar[];
  /** In order of time; those of the past only. */
  actions(symbol: string): MarketAction[];
}

export interface SyntheticMarketOptions {
  readonly nowMs: () => number;
  readonly synthetic?: Partial<SyntheticOptions>;
  /** By symbol, in order of time. */
  readonly actions?: Readonly<Record<string, readonly MarketAction[]>>;
  /** By default all but those that start with `NOSUCH`. */
  readonly knows?: (assetClass: AssetClass, symbol: string) => boolean;
}

/** Generated prices for any symbol of any asset class. */
export function syntheticMarket({ nowMs, synthetic, actions = {}, knows }: SyntheticMarketOptions): Market {
  const generate = createBarGenerator({ ...defaultSyntheticOptions, ...synthetic });
  const isKnown = knows ?? ((_assetClass, symbol) => !symbol.startsWith("NOSUCH"));
  const past = (symbol: string) =>
    (actions[symbol] ?? []).filter(({ exDate }) => Date.parse(exDate) <= nowMs());
  return {
    nowMs,
    knows: isKnown,
    actions: past,
    bars({ symbol, basis, ...query }) {
      if (!isKnown(query.assetClass, symbol)) return [];
      const name = `SYN${canonical(query.assetClass, symbol)}`;
      const asOfMs = nowMs();
      const batch = generate({ ...query, symbols: [name], asOfMs }, receipt(query, asOfMs));
      const splits = past(symbol).filter(({ kind }) => kind === "split");
      return toRows(rawBars, batch).map((row) => {
        const factor = splits
          .filter(({ exDate }) => basis === "split" || Date.parse(exDate) <= row.ts!)
          .reduce((product, { value }) => product * value, 1);
        const { ts, open, high, low, close, volume } = row;
        // A generated bar has no missing values.
        return inShares(
          { tsMs: ts!, open: open!, high: high!, low: low!, close: close!, volume: volume! },
          factor,
        );
      });
    },
  };
}

const receipt = (series: Series, ingestedAtMs: number) =>
  ({ ...series, provider: "replay", runId: "", ingestedAtMs, adjustment: "none", currency: null }) as const;

/** The bar after one share has become `factor` shares. */
function inShares(bar: MarketBar, factor: number): MarketBar {
  if (factor === 1) return bar;
  const divided = (price: number) => Math.round((1e6 * price) / factor) / 1e6;
  return {
    tsMs: bar.tsMs,
    open: divided(bar.open),
    high: divided(bar.high),
    low: divided(bar.low),
    close: divided(bar.close),
    volume: Math.round(bar.volume * factor),
  };
}

/** Which part of a split-adjusted close of a time remains after all later dividends, as vendors reckon it. */
export function dividendFactor(market: Market, assetClass: AssetClass, symbol: string, tsMs: number): number {
  return market
    .actions(symbol)
    .filter(({ kind, exDate }) => kind === "dividend" && Date.parse(exDate) > tsMs)
    .reduce((factor, { exDate, value }) => {
      const toMs = Date.parse(exDate);
      const fromMs = toMs - 14 * 86_400_000;
      const before = market
        .bars({ assetClass, symbol, interval: "1d", fromMs, toMs, basis: "traded" })
        .at(-1);
      return before === undefined ? factor : factor * (1 - value / before.close);
    }, 1);
}

/** `EURUSD=X`, `EUR/USD` and `EURUSD` are one instrument; so are `BTC-USD`, `BTCUSDT` and `BTCUSD`. */
function canonical(assetClass: AssetClass, symbol: string): string {
  const plain = symbol
    .replace(/=[XF]$/, "")
    .replaceAll(/[^A-Z0-9]/gi, "")
    .toUpperCase();
  return assetClass === "crypto" || assetClass === "commodity" ? plain.replace(/USD[TC]?$/, "") : plain;
}
