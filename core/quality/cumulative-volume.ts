const dayMs = 86_400_000;

/** Volumes of bars grow so often in a row, and never fall, on one of half a billion days (12! orders). */
const risesMin = 12;

/**
 * Calls `found` with the rows `[from, to)` of every UTC day on which volume only grows: it then counts from the session's
 * open instead of from the bar's, as in old intraday bars of some vendors. Rows `[start, end)` are one symbol's by time.
 */
export function findCumulativeVolume(
  ts: Float64Array,
  volume: Float64Array,
  start: number,
  end: number,
  found: (from: number, to: number) => void,
): void {
  for (let from = start; from < end;) {
    const nextDayMs = (Math.floor(ts[from]! / dayMs) + 1) * dayMs;
    let to = from + 1;
    let rises = 0;
    let falls = 0;
    for (; to < end && ts[to]! < nextDayMs; to++) {
      if (volume[to]! > volume[to - 1]!) rises++;
      else if (volume[to]! < volume[to - 1]!) falls++;
    }
    if (falls === 0 && rises >= risesMin) found(from, to);
    from = to;
  }
}
