import * as z from "../../zod.ts";

const cells = z.optional(z.array(z.unknown()));
const epochSeconds = z.number();

const tradingPeriod = z.object({ regular: z.object({ start: epochSeconds, end: epochSeconds }) });

const chart = z.object({
  meta: z.object({
    symbol: z.string(),
    currency: z.nullish(z.string()),
    exchangeTimezoneName: z.string(),
    dataGranularity: z.string(),
    /** Time of the last trade. */
    regularMarketTime: z.nullish(epochSeconds),
    currentTradingPeriod: z.nullish(tradingPeriod),
  }),
  /** Absent where there is no data. */
  timestamp: z.optional(z.array(z.unknown())),
  events: z.optional(z.record(z.string(), z.record(z.string(), z.looseObject({})))),
  indicators: z.object({
    quote: z
      .array(z.object({ open: cells, high: cells, low: cells, close: cells, volume: cells }))
      .check(z.minLength(1)),
    adjclose: z.optional(z.array(z.object({ adjclose: cells }))),
  }),
});
export type Chart = z.infer<typeof chart>;

const refusal = z.object({ code: z.string(), description: z.nullish(z.string()) });

/** https://query1.finance.yahoo.com/v8/finance/chart: columns are parallel to `timestamp`. Unknown fields pass. */
export const chartBodySchema = z.object({
  chart: z.object({ result: z.nullable(z.array(chart)), error: z.nullable(refusal) }),
});

/** The same error under either name. */
export const refusalBodySchema = z.union([
  z.pipe(
    z.object({ chart: z.object({ error: refusal }) }),
    z.transform((body) => body.chart.error),
  ),
  z.pipe(
    z.object({ finance: z.object({ error: refusal }) }),
    z.transform((body) => body.finance.error),
  ),
]);
