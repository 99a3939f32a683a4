/** Which ticks of a schedule have nothing to ask for, and which symbols. */
import { calendarFor, isTickDue, type MarketCalendar } from "../calendar/index.ts";
import type { Series } from "../lake/keys.ts";
import { intervalMs, type AssetClass, type Interval } from "../market.ts";

/** The calendars of a market, each once; null stands for exchanges whose hours are not known. */
export type MarketHours = ReadonlySet<MarketCalendar | null>;

/** Those of the symbols; of no symbols the one that the asset class follows by default. */
export function hoursOf(assetClass: AssetClass, symbols: readonly string[]): MarketHours {
  if (symbols.length === 0) return new Set([calendarFor(assetClass)]);
  return new Set(symbols.map((symbol) => calendarFor(assetClass, symbol)));
}

/** Whether a tick finds all exchanges of its market closed. Daily ticks always ask, and so do those for unknown hours. */
export function isClosedAt(interval: Interval, hours: MarketHours, tickMs: number): boolean {
  if (interval === "1d") return false;
  return [...hours].every(
    (calendar) => calendar !== null && !isTickDue(calendar, intervalMs[interval], tickMs),
  );
}

/** Why a tick has nobody to ask for, for the job log; null where it has. */
export function closedText(
  { assetClass, interval }: Series,
  symbols: readonly string[],
  tickMs: number,
): string | null {
  const hours = hoursOf(assetClass, symbols);
  if (!isClosedAt(interval, hours, tickMs)) return null;
  const ids = [...hours].map((calendar) => calendar?.id).join(" or ");
  return `market closed: no ${ids} session around ${new Date(tickMs).toISOString()}`;
}

/** The symbols that a tick has to ask for: those whose own exchange it finds open. */
export function openSymbols(
  { assetClass, interval }: Series,
  symbols: readonly string[],
  tickMs: number,
): readonly string[] {
  const byHours = Map.groupBy(symbols, (symbol) => calendarFor(assetClass, symbol));
  const closed = [...byHours.keys()].filter((hours) => isClosedAt(interval, new Set([hours]), tickMs));
  if (closed.length === 0) return symbols;
  return symbols.filter((symbol) => !closed.includes(calendarFor(assetClass, symbol)));
}
