/**
 * What the world's data vendors say, as a function of who asks when: bars that are provisional until their interval
 * ends, corrected later, dirty, or contradictory.
 */
import { fromRows } from "../../core/columnar/batch.ts";
import { TerminalError } from "../../core/errors.ts";
import type { Series } from "../../core/lake/keys.ts";
import { intervalMs, type Interval } from "../../core/market.ts";
import type { BarQuery, Provider, ProviderResponse, Receipt } from "../../core/providers/provider.ts";
import { rawBars, type Row } from "../../core/tables/index.ts";
import type { SeriesPlan, VendorTraits } from "./options.ts";
import { fraction } from "./random.ts";

export type RawRow = Row<typeof rawBars>;

/** A bar as a vendor sends it. `null` and non-finite numbers are what vendors send, too. */
export type VendorBar = Pick<
  RawRow,
  "symbol" | "ts" | "open" | "high" | "low" | "close" | "adj_close" | "volume" | "is_final" | "parse_error"
>;

/** Bar starts of a series, in time order: some on both sides of each of the ends of several periods. */
export function barTimes({ interval, barCount, boundaries }: SeriesPlan): number[] {
  const lengthMs = intervalMs[interval];
  const perBoundary = Math.ceil(barCount / boundaries);
  return Array.from({ length: boundaries }, (_, i) => boundaryMs(interval, i)).flatMap((middleMs) =>
    Array.from({ length: perBoundary }, (_, i) => middleMs + (i - Math.floor(perBoundary / 2)) * lengthMs),
  );
}

/** Where the i-th pair of periods meets: years of daily bars, months of others. */
function boundaryMs(interval: Interval, i: number): number {
  return interval === "1d" ? Date.UTC(2021 + i, 0) : Date.UTC(2023, 10 + i);
}

/** When a vendor corrects a bar for the n-th time, or Infinity. */
function revisionMs(traits: VendorTraits, series: Series, symbol: string, ts: number, n: number): number {
  const identity = [series.assetClass, series.interval, symbol, ts, "revision", n];
  if (fraction(...identity) >= traits.revised) return Infinity;
  const lengthMs = intervalMs[series.interval];
  return ts + lengthMs * (1 + Math.floor(6 * n * fraction(...identity, "lag")));
}

function cleanBar(
  provider: string,
  traits: VendorTraits,
  query: Series & { readonly asOfMs: number },
  symbol: string,
  ts: number,
  salt: string,
): VendorBar {
  const isFinal = ts + intervalMs[query.interval] <= query.asOfMs;
  const revisions = [1, 2].filter((n) => revisionMs(traits, query, symbol, ts, n) <= query.asOfMs).length;
  const version = isFinal ? `final ${revisions}` : `open ${query.asOfMs}`;
  const number = (name: string) =>
    fraction(provider, query.assetClass, query.interval, symbol, ts, version, salt, name);
  const close = Math.round(1e4 * (100 + 10 * Math.sin(ts / 9e6) + 5 * number("close"))) / 1e4;
  const open = close + number("open") - 0.5;
  return {
    symbol,
    ts,
    open,
    high: Math.max(open, close) + number("high"),
    low: Math.min(open, close) - number("low"),
    close,
    adj_close: number("has adj") < 0.5 ? null : close / 2,
    volume: Math.floor(1_000 * number("volume")),
    is_final: isFinal,
    parse_error: null,
  };
}

/** What is wrong with a dirty bar: the rows that come in its place. */
const dirt: readonly ((bar: VendorBar) => VendorBar[])[] = [
  (bar) => [{ ...bar, high: bar.low! - 1 }],
  (bar) => [{ ...bar, open: bar.high! + 1 }],
  (bar) => [{ ...bar, close: bar.low! - 1 }],
  (bar) => [{ ...bar, volume: -1 }],
  (bar) => [{ ...bar, open: 0, high: 0, low: 0, close: 0 }],
  (bar) => [{ ...bar, close: null }],
  (bar) => [{ ...bar, symbol: null }],
  (bar) => [{ ...bar, ts: null }],
  (bar) => [{ ...bar, ts: bar.ts! + 1_000 }],
  (bar) => [{ ...bar, ts: Date.UTC(2077, 0) }],
  (bar) => [{ ...bar, ts: -3e15 }],
  (bar) => [{ ...bar, high: Infinity }],
  (bar) => [{ ...bar, low: null, parse_error: 'line 7, column low: expected a number, got "n/a"' }],
  (bar) => [bar, bar],
  (bar) => [bar, { ...bar, close: (bar.high! + bar.low!) / 2 }],
  (bar) => [bar, bar, { ...bar, volume: bar.volume! + 1 }],
  (bar) => [bar, { ...bar, is_final: !bar.is_final, volume: bar.volume! + 1 }],
  (bar) => [bar, { ...bar, volume: -1 }],
];

/** The rows that a vendor sends for one bar. */
export function barRows(
  provider: string,
  traits: VendorTraits,
  query: Series & { readonly asOfMs: number },
  symbol: string,
  ts: number,
  salt: string,
): VendorBar[] {
  const bar = cleanBar(provider, traits, query, symbol, ts, salt);
  const luck = fraction(provider, query.assetClass, query.interval, symbol, ts, bar.is_final ? 1 : 0, "dirt");
  if (luck >= traits.dirty) return [bar];
  return dirt[Math.floor((luck / traits.dirty) * dirt.length)]!(bar);
}

interface VendorRequest {
  readonly query: BarQuery;
  readonly symbols: readonly string[];
}

/** Symbols that a vendor answers in one response. */
const symbolsPerRequest = 2;
/** Attempts after which even a bad response is a good one. */
const garbageAttempts = 2;

/** A vendor of the plans' series. `attempts` counts equal requests; in `beforeExtract` time passes and requests fail. */
export function vendor(
  id: string,
  plans: readonly SeriesPlan[],
  traits: VendorTraits,
  attempts: Map<string, number>,
  beforeExtract: () => Promise<void>,
): Provider<VendorRequest> {
  const planOf = (series: Series) =>
    plans.find(
      ({ assetClass, interval }) => assetClass === series.assetClass && interval === series.interval,
    )!;
  return {
    id,
    adjustment: "split",
    covers: (series) => planOf(series) !== undefined,
    universe: (series) => Promise.resolve(planOf(series).symbols),
    transformQuery(query) {
      const chunks = Math.ceil(query.symbols.length / symbolsPerRequest);
      return Array.from({ length: chunks }, (_, i) => ({
        query,
        symbols: query.symbols.slice(i * symbolsPerRequest, (i + 1) * symbolsPerRequest),
      }));
    },
    async extract({ query, symbols }): Promise<ProviderResponse> {
      await beforeExtract();
      const identity = [id, query.assetClass, query.interval, ...symbols, query.asOfMs].join();
      const attempt = (attempts.get(identity) ?? 0) + 1;
      attempts.set(identity, attempt);
      const isGarbage = attempt <= garbageAttempts && fraction(identity, attempt, "garbage") < traits.garbage;
      if (isGarbage) return { body: Buffer.from("<html>502 Bad Gateway</html>"), extension: "json" };
      const salt = traits.isFickle ? `attempt ${attempt}` : "";
      const times = barTimes(planOf(query)).filter((ts) => ts >= query.fromMs && ts < query.toMs);
      const rows = symbols.flatMap((symbol) =>
        times.flatMap((ts) => barRows(id, traits, query, symbol, ts, salt)),
      );
      return { body: Buffer.from(JSON.stringify(rows, writeNumber)), extension: "json" };
    },
    async transform({ body }, _request, receipt) {
      let bars: VendorBar[];
      try {
        bars = JSON.parse(Buffer.from(body).toString(), readNumber) as VendorBar[];
      } catch (error) {
        throw new TerminalError(`response of "${id}" is not JSON`, { cause: error });
      }
      const rows = bars.map((bar) => received(bar, receipt));
      return { bars: fromRows(rawBars, rows), actions: [] };
    },
  };
}

/** The raw row of a vendor's bar. */
export function received(bar: VendorBar, receipt: Receipt): RawRow {
  return {
    ...bar,
    currency: receipt.currency,
    adjustment: receipt.adjustment,
    provider: receipt.provider,
    ingested_at: receipt.ingestedAtMs,
    run_id: receipt.runId,
    received_text: bar.parse_error === null ? null : "n/a",
  };
}

// JSON has no infinite numbers.
const writeNumber = (_name: string, value: unknown) => (value === Infinity ? "Infinity" : value);
const readNumber = (_name: string, value: unknown) => (value === "Infinity" ? Infinity : value);
