import * as z from "zod";

const cells = z.array(z.unknown()).optional();
const epochSeconds = z.number();

const tradingPeriod = z.object({ regular: z.object({ start: epochSeconds, end: epochSeconds }) });

const chart = z.object({
  meta: z.object({
    symbol: z.string(),
    currency: z.string().nullish(),
    exchangeTimezoneName: z.string(),
    dataGranularity: z.string(),
    /** Time of the last trade. */
    regularMarketTime: epochSeconds.nullish(),
    currentTradingPeriod: tradingPeriod.nullish(),
  }),
  /** Absent where there is no data. */
  timestamp: z.array(z.unknown()).optional(),
  events: z.record(z.string(), z.record(z.string(), z.looseObject({}))).optional(),
  indicators: z.object({
    quote: z.array(z.object({ open: cells, high: cells, low: cells, close: cells, volume: cells })).min(1),
    adjclose: z.array(z.object({ adjclose: cells })).optional(),
  }),
});
export type Chart = z.infer<typeof chart>;

const refusal = z.object({ code: z.string(), description: z.string().nullish() });

/** https://query1.finance.yahoo.com/v8/finance/chart: columns are parallel to `timestamp`. Unknown fields pass. */
export const chartBodySchema = z.object({
  chart: z.object({ result: z.array(chart).nullable(), error: refusal.nullable() }),
});

/** The same error under either name. */
export const refusalBodySchema = z.union([
  z.object({ chart: z.object({ error: refusal }) }).transform((body) => body.chart.error),
  z.object({ finance: z.object({ error: refusal }) }).transform((body) => body.finance.error),
]);
