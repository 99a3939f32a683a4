import * as z from "../../zod.ts";

// Cells are read by the mapper, one by one, so that one wrong cell does not cost the rows beside it.
const cell = z.unknown();

const bar = z.looseObject({ date: cell, open: cell, high: cell, low: cell, close: cell, volume: cell });
export type FmpBar = z.infer<typeof bar>;

/** `historical-chart/*`: newest first, without a symbol. */
export const intradaySchema = z.array(bar);

const legacyHistory = z.object({ symbol: z.string(), historical: z.array(bar) });

/** `historical-price-eod/full`, or the legacy endpoint's form for one, several or no symbols. */
export const dailySchema = z.union([
  z.array(bar),
  legacyHistory,
  z.object({ historicalStockList: z.array(legacyHistory) }),
  z.strictObject({}),
]);

/**
 * `splits` (`numerator` shares for `denominator`) and `dividends` (`dividend` as paid, `adjDividend` in the shares of today);
 * `date` is the ex-date. https://site.financialmodelingprep.com/developer/docs/stable/splits-company
 */
export const actionsSchema = z.array(z.looseObject({ symbol: z.string(), date: cell }));
export type FmpAction = z.infer<typeof actionsSchema>[number];

/** `treasury-rates`: yields in percent, `month1` to `year30`. */
export const treasurySchema = z.array(z.looseObject({ date: cell }));

const amount = z.nullish(z.number());

/** `quote`, `batch-quote` and their like; the legacy name of the change in percent is `changesPercentage`. */
export const quotesSchema = z.array(
  z.object({
    symbol: z.string(),
    price: amount,
    open: amount,
    dayHigh: amount,
    dayLow: amount,
    previousClose: amount,
    changePercentage: amount,
    changesPercentage: amount,
    volume: amount,
    marketCap: amount,
    exchange: z.nullish(z.string()),
    /** Unix seconds; may be months old. */
    timestamp: z.nullish(z.number()),
  }),
);

const text = z.nullish(z.string());

/** `profile`; in the legacy form `exchange` is the long name and `exchangeShortName` the code. */
export const profilesSchema = z.array(
  z.object({
    symbol: z.string(),
    companyName: text,
    currency: text,
    exchange: text,
    exchangeShortName: text,
    country: text,
    sector: text,
    industry: text,
    isin: text,
    marketCap: amount,
    mktCap: amount,
    isEtf: z.nullish(z.boolean()),
    isActivelyTrading: z.nullish(z.boolean()),
  }),
);

export const errorSchema = z.object({ "Error Message": z.string() });
