/** Planning: which raw objects and which periods to hold in memory together, so that memory stays bounded at any size. */
import type { RawSource } from "../messages/index.ts";
import { periodOf, type Interval, type Period } from "../market.ts";

/** Rows of raw objects held at a time: about 100 MB with the curated rows made of them. */
const windowRowsMax = 250_000;

export interface Window {
  /** Half-open range of bar starts, UTC ms, cut at period boundaries. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly sources: readonly RawSource[];
}

/**
 * Cuts time into windows of whole periods such that the sources of a window have at most `rowsMax` rows where the
 * periods allow it. A source that spans windows stands in each of them. Every source stands in at least one window,
 * also one without any readable time.
 */
export function planWindows(
  sources: readonly RawSource[],
  interval: Interval,
  rowsMax = windowRowsMax,
): Window[] {
  const starts = [...new Set(sources.flatMap((source) => periodStarts(source, interval)))].sort(
    (a, b) => a - b,
  );
  const windows: Window[] = [];
  let from = 0;
  while (from < starts.length) {
    let to = from + 1;
    let window = cut(sources, starts, from, to);
    while (to < starts.length) {
      const wider = cut(sources, starts, from, to + 1);
      if (rowsOf(wider) > rowsMax) break;
      window = wider;
      to++;
    }
    windows.push(window);
    from = to;
  }
  return windows;
}

const rowsOf = (window: Window) => window.sources.reduce((sum, source) => sum + source.rows, 0);

function cut(sources: readonly RawSource[], starts: readonly number[], from: number, to: number): Window {
  const fromMs = from === 0 ? -Infinity : starts[from]!;
  const toMs = to === starts.length ? Infinity : starts[to]!;
  return { fromMs, toMs, sources: sources.filter((source) => source.fromMs < toMs && source.toMs > fromMs) };
}

/** The starts of the periods that a source touches. */
function periodStarts(source: RawSource, interval: Interval): number[] {
  const starts: number[] = [];
  const last = periodOf(interval, Math.max(source.fromMs, source.toMs - 1));
  for (let period = periodOf(interval, source.fromMs); ; period = nextPeriod(period)) {
    starts.push(startOf(period));
    if (period >= last) return starts;
  }
}

function startOf(period: Period): number {
  return Date.UTC(Number(period.slice(0, 4)), period.length === 4 ? 0 : Number(period.slice(5)) - 1);
}

function nextPeriod(period: Period): Period {
  const start = new Date(startOf(period));
  const [year, month] = [start.getUTCFullYear(), start.getUTCMonth()];
  return period.length === 4
    ? periodOf("1d", Date.UTC(year + 1, 0))
    : periodOf("1min", Date.UTC(year, month + 1));
}
