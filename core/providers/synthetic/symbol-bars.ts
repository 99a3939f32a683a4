/** The bars of one symbol in a window, rounded as its prices are quoted. */
import { intervalMs } from "../../market.ts";
import type { BarQuery } from "../provider.ts";
import type { GeneratedBar } from "./columns.ts";
import { dailyYear } from "./daily.ts";
import type { DailyYear } from "./daily-year.ts";
import type { Instrument } from "./instruments.ts";
import type { SessionDivider } from "./intraday.ts";
import type { Market } from "./market.ts";
import { derive } from "./random.ts";
import type { SessionBars } from "./session-bars.ts";
import { streams } from "./streams.ts";
import type { TradingYear } from "./trading-year.ts";
import type { BarSink } from "./vendor-errors.ts";

/** History begins here; a query for older bars is answered with none. */
export const firstSyntheticYear = 1_990;

const dayMs = 86_400_000;

/** Whom to draw and with what. */
export interface SymbolSource {
  readonly instrument: Instrument;
  readonly market: Market;
  readonly splitsPerDecade: number;
  readonly divide: SessionDivider;
}

/** A session of a symbol, and what is asked of it. */
interface SessionTask {
  readonly bars: DailyYear;
  readonly session: number;
  readonly source: SymbolSource;
  readonly query: BarQuery;
  readonly sink: BarSink;
}

export function generateSymbol(query: BarQuery, source: SymbolSource, sink: BarSink): void {
  const toMs = Math.min(query.toMs, query.asOfMs);
  if (query.fromMs >= toMs) return;
  // A session may open on the day before its date, so those at the turn of a year are looked for on both sides.
  const lastYear = yearOf(toMs + dayMs);
  for (let year = Math.max(firstSyntheticYear, yearOf(query.fromMs - dayMs)); year <= lastYear; year++) {
    const { first, end } = sessionsWithin(source.market.yearOf(year), { ...query, toMs });
    if (first === end) continue;
    const bars = dailyYear(source.instrument, source.market, year, source.splitsPerDecade);
    for (let session = first; session < end; session++) {
      const task: SessionTask = { bars, session, source, query, sink };
      if (query.interval === "1d") daily(task);
      else intraday(task);
    }
  }
}

const yearOf = (tsMs: number) => new Date(tsMs).getUTCFullYear();

/** Half-open range of the sessions that may have bars in the window. */
function sessionsWithin(year: TradingYear, { interval, fromMs, toMs }: BarQuery) {
  const isDaily = interval === "1d";
  const firstBarMs = (session: number) =>
    isDaily ? year.days[session]! * dayMs : startOfBar(year.openMs[session]!, intervalMs[interval]);
  const endMs = (session: number) => (isDaily ? firstBarMs(session) + 1 : year.closeMs[session]!);
  let first = 0;
  while (first < year.days.length && endMs(first) <= fromMs) first++;
  let end = first;
  while (end < year.days.length && firstBarMs(end) < toMs) end++;
  return { first, end };
}

/** Bars start at multiples of their length. */
const startOfBar = (tsMs: number, lengthMs: number) => Math.floor(tsMs / lengthMs) * lengthMs;

function daily({ bars, session, source, query, sink }: SessionTask): void {
  const { sessions } = bars;
  const tsMs = sessions.days[session]! * dayMs;
  if (tsMs >= query.asOfMs) return;
  const isFinal = tsMs + dayMs <= query.asOfMs;
  const over = sessions.closeMs[session]! <= query.asOfMs;
  const bar = over
    ? barAt(bars, session)
    : soFar({ bars, session, source, query, sink }, sessions.openMs[session]!);
  if (bar !== null) sink(quoted(bar, tsMs, isFinal, source));
}

function intraday(task: SessionTask): void {
  const { source, query, sink } = task;
  const lengthMs = intervalMs[query.interval];
  const bars = divide(task, query.interval);
  let openFromMs: number | null = null;
  for (let i = 0; i < bars.count; i++) {
    const tsMs = startOfBar(bars.fromMs[i]!, lengthMs);
    if (tsMs < query.fromMs || tsMs >= query.toMs || tsMs >= query.asOfMs) continue;
    if (bars.toMs[i]! > query.asOfMs) openFromMs = bars.fromMs[i]!;
    else sink(quoted(barAt(bars, i), tsMs, tsMs + lengthMs <= query.asOfMs, source));
  }
  if (openFromMs === null) return;
  const bar = soFar(task, openFromMs);
  if (bar !== null) sink(quoted(bar, startOfBar(openFromMs, lengthMs), false, source));
}

function divide({ bars, session, source }: SessionTask, interval: BarQuery["interval"]): SessionBars {
  const key = derive(derive(source.instrument.key, streams.intraday), bars.sessions.days[session]!);
  return source.divide(bars, session, interval, key, source.instrument.traits.smile);
}

type Prices = Pick<GeneratedBar, "open" | "high" | "low" | "close" | "volume">;

function barAt(bars: Pick<SessionBars, keyof Prices>, i: number): Prices {
  return {
    open: bars.open[i]!,
    high: bars.high[i]!,
    low: bars.low[i]!,
    close: bars.close[i]!,
    volume: bars.volume[i]!,
  };
}

/** The minutes from `fromMs` on that are over at `asOfMs`, as one bar; null where there are none. */
function soFar(task: SessionTask, fromMs: number): Prices | null {
  const minutes = divide(task, "1min");
  let bar: Prices | null = null;
  for (let i = 0; i < minutes.count && minutes.toMs[i]! <= task.query.asOfMs; i++) {
    if (minutes.fromMs[i]! < fromMs) continue;
    const minute = barAt(minutes, i);
    if (bar === null) {
      bar = minute;
      continue;
    }
    bar.high = Math.max(bar.high, minute.high);
    bar.low = Math.min(bar.low, minute.low);
    bar.close = minute.close;
    bar.volume += minute.volume;
  }
  return bar;
}

/** Rounding keeps order, so the rounded bar of a session is still that of its rounded parts. */
function quoted(prices: Prices, tsMs: number, isFinal: boolean, { instrument }: SymbolSource): GeneratedBar {
  const { quotesPerUnit } = instrument;
  const round = (price: number) => Math.max(1, Math.round(price * quotesPerUnit)) / quotesPerUnit;
  return {
    tsMs,
    open: round(prices.open),
    high: round(prices.high),
    low: round(prices.low),
    close: round(prices.close),
    volume: prices.volume,
    isFinal,
  };
}
