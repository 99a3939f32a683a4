import * as z from "../../zod.ts";

const cell = z.unknown();

const listOfOne = <T extends z.ZodMiniType>(schema: T) =>
  z.pipe(
    schema,
    z.transform((one: z.output<T>) => [one]),
  );

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
    listOfOne(coinCandles),
    z.pipe(
      z.record(z.string(), z.union([listOfOne(coinCandles), z.array(coinCandles)])),
      z.transform((bySymbol) => Object.values(bySymbol).flat()),
    ),
  ]),
});

const amount = z.nullish(z.number());
const money = z.object({
  price: amount,
  percent_change_24h: amount,
  market_cap: amount,
  last_updated: z.nullish(z.string()),
});

const coinQuote = z.object({
  id: z.number(),
  symbol: z.string(),
  is_active: z.nullish(z.number()),
  cmc_rank: amount,
  quote: z.union([
    z.record(z.string(), money),
    // The form of v3.
    z.pipe(
      z.array(z.extend(money, { symbol: z.string() })),
      z.transform((list) => Object.fromEntries(list.map((entry) => [entry.symbol, entry]))),
    ),
  ]),
});

/** Listings are lists; v1 has one coin per key, v2 asked by symbol several. */
const byKeyOrList = <T extends z.ZodMiniType>(coin: T) =>
  z.union([
    z.array(coin),
    z.pipe(
      z.record(z.string(), z.union([listOfOne(coin), z.array(coin)])),
      z.transform((byKey) => Object.values(byKey).flat()),
    ),
  ]);

export const quotesSchema = z.object({ data: byKeyOrList(coinQuote) });

const coinInfo = z.object({
  id: z.number(),
  symbol: z.string(),
  name: z.string(),
  category: z.nullish(z.string()),
  status: z.nullish(z.string()),
});
export const infoSchema = z.object({ data: byKeyOrList(coinInfo) });

export const mapSchema = z.object({
  data: z.array(
    z.object({
      id: z.number(),
      symbol: z.string(),
      name: z.string(),
      is_active: z.nullish(z.number()),
      rank: amount,
    }),
  ),
});

/** Every body has it; the web site's own interface has numbers as text. */
export const statusSchema = z.object({
  status: z.object({
    error_code: z.union([z.number(), z.pipe(z.string(), z.transform(Number))]),
    error_message: z.nullish(z.string()),
  }),
});
