/** Planning: which periods to hold in memory together, so that memory stays bounded at any size. */
import type { RawSource } from "../messages/index.ts";
import { periodOf, type Interval, type Period } from "../market.ts";

/** Validated rows held at a time: about 40 MB. */
const windowRowsMax = 400_000;

export interface Window {
  /** Half-open range of bar starts, UTC ms, cut at period boundaries. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly sources: readonly RawSource[];
}

/**
 * Cuts time into windows of whole periods that hold about `rowsMax` rows at most, where single periods allow it; the
 * rows of a source are taken to be spread evenly over its time. A source that spans windows stands in each of them, is
 * read once for each, and only its rows of the window are kept. Every source stands in at least one window, also one
 * without any readable time.
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
      if (rowsWithin(wider) > rowsMax) break;
      window = wider;
      to++;
    }
    windows.push(window);
    from = to;
  }
  return windows;
}

function rowsWithin({ fromMs, toMs, sources }: Window): number {
  return sources.reduce((sum, source) => {
    const overlapMs = Math.min(toMs, source.toMs) - Math.max(fromMs, source.fromMs);
    return sum + (source.rows * overlapMs) / (source.toMs - source.fromMs);
  }, 0);
}

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
