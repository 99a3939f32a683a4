/** Bodies of our own making in vendors' formats, from cells as they stand there. */

/** A bar of FMP's; wrong types are wanted. */
export type Cells = readonly [
  date: unknown,
  open: unknown,
  high: unknown,
  low: unknown,
  close: unknown,
  volume: unknown,
];

/** FMP's end-of-day answer for ACME; for intraday bars the symbol is one field too many, which is passed over. */
export const fmpBody = (...rows: readonly Cells[]) =>
  JSON.stringify(
    rows.map(([date, open, high, low, close, volume]) => ({
      symbol: "ACME",
      date,
      open,
      high,
      low,
      close,
      volume,
    })),
  );

/** Yahoo's chart of ACME with rows of stamp, open, high, low, close and volume. */
export function yahooBody(meta: Record<string, unknown>, ...rows: readonly (readonly unknown[])[]): string {
  const [timestamp, open, high, low, close, volume] = [0, 1, 2, 3, 4, 5].map((i) =>
    rows.map((row) => row[i]),
  );
  const usual = {
    symbol: "ACME",
    currency: "USD",
    exchangeTimezoneName: "America/New_York",
    dataGranularity: "1d",
  };
  const indicators = { quote: [{ open, high, low, close, volume }] };
  return JSON.stringify({
    chart: { result: [{ meta: { ...usual, ...meta }, timestamp, indicators }], error: null },
  });
}
