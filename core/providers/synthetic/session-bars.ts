/** The bars of one session in columns. */

/** Bars of one minute in the longest session: of commodity futures, two days less an hour where a holiday counts to it. */
const barsMax = 2_880;

/** Bars of one session, unrounded. Only the first `count` elements of a column are in use. */
export interface SessionBars {
  count: number;
  /** The bar's share of the session, UTC ms. The bar itself may begin before the session opens. */
  readonly fromMs: Float64Array;
  readonly toMs: Float64Array;
  /** Share of the session's variance and volume that is over when the bar begins, and when it ends. */
  readonly busyFrom: Float64Array;
  readonly busyTo: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

const column = () => new Float64Array(barsMax);

export function allocateSession(): SessionBars {
  return {
    count: 0,
    fromMs: column(),
    toMs: column(),
    busyFrom: column(),
    busyTo: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
}

export function copyBar(from: SessionBars, i: number, to: SessionBars, j: number): void {
  to.open[j] = from.open[i]!;
  to.high[j] = from.high[i]!;
  to.low[j] = from.low[i]!;
  to.close[j] = from.close[i]!;
  to.volume[j] = from.volume[i]!;
}
