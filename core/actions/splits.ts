/**
 * Applying splits to prices. A split divides the prices of the sessions before its ex-date, so that the newest bars
 * keep the prices at which they traded. Prices that a vendor has adjusted already are divided only by splits that came
 * after the vendor sent them.
 */
import type { StringColumn } from "../columnar/batch.ts";
import { contentHash } from "../lake/content-hash.ts";
import type { IndicatorInput } from "../indicators/index.ts";
import type { ActionRow } from "./actions.ts";

interface Split {
  /** Days since the epoch. */
  readonly exDay: number;
  readonly ratio: number;
}

/** The splits of the symbols of a shard. */
export interface Splits {
  /** Tells sets of splits apart; empty where there are none. Reporting a split again, as vendors do, changes nothing. */
  readonly identity: string;
  /** By ex-date, the latest first. */
  readonly bySymbol: ReadonlyMap<string, readonly Split[]>;
}

export const noSplits: Splits = { identity: "", bySymbol: new Map() };

const dayMs = 86_400_000;

/** @param actions in the order of their keys. */
export function splitsOf(actions: readonly ActionRow[]): Splits {
  const bySymbol = new Map<string, Split[]>();
  for (const { symbol, kind, ex_date, ratio } of actions) {
    if (kind !== "split" || ratio === null || ratio === 1) continue;
    const split = { exDay: ex_date, ratio };
    bySymbol.set(symbol, [split, ...(bySymbol.get(symbol) ?? [])]);
  }
  if (bySymbol.size === 0) return noSplits;
  return { identity: contentHash(JSON.stringify([...bySymbol])), bySymbol };
}

/** Daily bars, with what was applied to their prices. */
export interface DailyBars extends IndicatorInput {
  readonly columns: IndicatorInput["columns"] & { readonly adjustment: StringColumn };
}

/** Bars with prices in the shares of today: the bars themselves where none of their symbols has a split. */
export function splitAdjusted(bars: DailyBars, splits: Splits): IndicatorInput {
  const { symbol, ts, adjustment, ingested_at: ingestedAt, high, low, close } = bars.columns;
  const splitsOfCode = symbol.values.map((name) => splits.bySymbol.get(name));
  if (splitsOfCode.every((list) => list === undefined)) return bars;
  const isAsTraded = adjustment.values.map((basis) => basis === "none");
  const adjusted = {
    symbol,
    ts,
    high: high.slice(),
    low: low.slice(),
    close: close.slice(),
    ingested_at: ingestedAt,
  };
  for (let row = 0; row < bars.rowCount; row++) {
    const list = splitsOfCode[symbol.codes[row]!];
    if (list === undefined) continue;
    const day = Math.floor(ts[row]! / dayMs);
    const adjustedOn =
      isAsTraded[adjustment.codes[row]!] === true ? day : Math.floor(ingestedAt[row]! / dayMs);
    const since = Math.max(day, adjustedOn);
    let divisor = 1;
    for (const { exDay, ratio } of list) {
      if (exDay <= since) break;
      divisor *= ratio;
    }
    if (divisor === 1) continue;
    adjusted.high[row]! /= divisor;
    adjusted.low[row]! /= divisor;
    adjusted.close[row]! /= divisor;
  }
  return { rowCount: bars.rowCount, columns: adjusted };
}
