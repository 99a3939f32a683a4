/** Which calendar an instrument follows. A further exchange is one file and one line here. */
import type { AssetClass } from "../market.ts";
import { alwaysOpen } from "./always-open.ts";
import type { MarketCalendar } from "./calendar.ts";
import { cmes } from "./cmes.ts";
import { forex } from "./forex.ts";
import { usTreasury } from "./us-treasury.ts";
import { xcbo } from "./xcbo.ts";
import { xist } from "./xist.ts";
import { xnys } from "./xnys.ts";

export type { MarketCalendar } from "./calendar.ts";
export { expectedBarsWithin, expectedStarts, newestBarStart, nextBarEnd } from "./expected-bars.ts";
export { isTickDue } from "./ticks.ts";
export { alwaysOpen, cmes, forex, usTreasury, xcbo, xist, xnys };

const usual: Readonly<Record<AssetClass, MarketCalendar>> = {
  stock: xnys,
  etf: xnys,
  index: xnys,
  bond: usTreasury,
  commodity: cmes,
  forex,
  crypto: alwaysOpen,
};

/** Vendors write indices with a caret; of these the exchange is in the US. */
const usIndices = new Set(
  "^GSPC ^SPX ^OEX ^MID ^SP600 ^DJI ^DJT ^DJU ^IXIC ^NDX ^NYA ^XAX ^RUT ^RUI ^RUA ^VIX ^SOX ^W5000".split(
    " ",
  ),
);
const cboeYields = new Set(["^IRX", "^FVX", "^TNX", "^TYX"]);

/** A vendor's suffix for a foreign exchange: `THYAO.IS`, `AET.L`, `7203.T`. `BRK.B` is a US share class. */
const foreignSuffix = /\.(?![ABC]$)[A-Z]{1,3}$/;
const calendarOfSuffix: Readonly<Record<string, MarketCalendar>> = { ".IS": xist };

/** Precious metals quoted like currencies, such as `XAUUSD`, trade over the counter with them. */
const spotMetal = /^X(?:AU|AG|PT|PD)[/-]?[A-Z]{3}(?:=X)?$/;

/**
 * The calendar of an instrument, or null where none is known: the caller then skips its session checks.
 * Without a symbol: the calendar that the asset class follows by default.
 */
export function calendarFor(assetClass: AssetClass, symbol?: string): MarketCalendar | null {
  const calendar = usual[assetClass];
  if (symbol === undefined || calendar === forex || calendar === alwaysOpen) return calendar;
  if (cboeYields.has(symbol)) return xcbo;
  if (symbol.startsWith("^")) return usIndices.has(symbol) ? xnys : null;
  if (assetClass === "commodity" && spotMetal.test(symbol)) return forex;
  const suffix = foreignSuffix.exec(symbol)?.[0];
  return suffix === undefined ? calendar : (calendarOfSuffix[suffix] ?? null);
}
