import * as z from "zod";

const cell = z.unknown();

const candle = z.object({
  time_open: cell,
  quote: z.record(
    z.string(),
    z.looseObject({ open: cell, high: cell, low: cell, close: cell, volume: cell }),
  ),
});

const coinCandles = z.object({ id: z.number(), symbol: z.string(), quotes: z.array(candle) });
export type CoinCandles = z.infer<typeof coinCandles>;

/** `/v2/cryptocurrency/ohlcv/historical`: one coin by id, or by symbol all coins that share it. */
export const candlesSchema = z.object({
  data: z.union([
    coinCandles.transform((coin) => [coin]),
    z
      .record(z.string(), z.union([coinCandles.transform((coin) => [coin]), z.array(coinCandles)]))
      .transform((bySymbol) => Object.values(bySymbol).flat()),
  ]),
});

const amount = z.number().nullish();
const money = z.object({
  price: amount,
  percent_change_24h: amount,
  market_cap: amount,
  last_updated: z.string().nullish(),
});

const coinQuote = z.object({
  id: z.number(),
  symbol: z.string(),
  is_active: z.number().nullish(),
  cmc_rank: amount,
  quote: z.union([
    z.record(z.string(), money),
    // The form of v3.
    z
      .array(money.extend({ symbol: z.string() }))
      .transform((list) => Object.fromEntries(list.map((entry) => [entry.symbol, entry]))),
  ]),
});

/** Listings are lists; v1 has one coin per key, v2 asked by symbol several. */
const byKeyOrList = <T extends z.ZodType>(coin: T) =>
  z.union([
    z.array(coin),
    z
      .record(z.string(), z.union([coin.transform((one) => [one]), z.array(coin)]))
      .transform((byKey) => Object.values(byKey).flat()),
  ]);

export const quotesSchema = z.object({ data: byKeyOrList(coinQuote) });

const coinInfo = z.object({
  id: z.number(),
  symbol: z.string(),
  name: z.string(),
  category: z.string().nullish(),
  status: z.string().nullish(),
});
export const infoSchema = z.object({ data: byKeyOrList(coinInfo) });

export const mapSchema = z.object({
  data: z.array(
    z.object({
      id: z.number(),
      symbol: z.string(),
      name: z.string(),
      is_active: z.number().nullish(),
      rank: amount,
    }),
  ),
});

/** Every body has it; the web site's own interface has numbers as text. */
export const statusSchema = z.object({
  status: z.object({
    error_code: z.union([z.number(), z.string().transform(Number)]),
    error_message: z.string().nullish(),
  }),
});
