/** Which calendar an instrument follows. A further exchange is one file and one line here. */
import type { AssetClass } from "../market.ts";
import { alwaysOpen } from "./always-open.ts";
import type { MarketCalendar } from "./calendar.ts";
import { forex } from "./forex.ts";
import { xnys } from "./xnys.ts";

export type { MarketCalendar } from "./calendar.ts";
export { alwaysOpen, forex, xnys };

const usual: Readonly<Record<AssetClass, MarketCalendar>> = {
  stock: xnys,
  etf: xnys,
  index: xnys,
  bond: xnys,
  commodity: forex,
  forex,
  crypto: alwaysOpen,
};

/** Vendors write indices with a caret; of these the exchange is in the US. */
const usIndices = new Set(
  "^GSPC ^SPX ^OEX ^MID ^SP600 ^DJI ^DJT ^DJU ^IXIC ^NDX ^NYA ^XAX ^RUT ^RUI ^RUA ^VIX ^SOX ^W5000 ^IRX ^FVX ^TNX ^TYX".split(
    " ",
  ),
);

/** `THYAO.IS`, `AET.L`, `7203.T`: a vendor's suffix for a foreign exchange. `BRK.B` is a US share class. */
const foreignSuffix = /\.(?![ABC]$)[A-Z]{1,3}$/;

/**
 * The calendar of an instrument, or null where none is known: the caller then skips its session checks.
 * Without a symbol: the calendar that the asset class follows by default.
 */
export function calendarFor(assetClass: AssetClass, symbol?: string): MarketCalendar | null {
  const calendar = usual[assetClass];
  if (symbol === undefined || calendar !== xnys) return calendar;
  if (symbol.startsWith("^")) return usIndices.has(symbol) ? xnys : null;
  return foreignSuffix.test(symbol) ? null : xnys;
}
