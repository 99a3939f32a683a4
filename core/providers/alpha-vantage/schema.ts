import * as z from "../../zod.ts";

/** Zone of times of shares, whose CSV has no meta data that would tell. */
export const sharesZone = "US/Eastern";

const entry = z.record(z.string(), z.unknown());
export type Entry = Readonly<Record<string, unknown>>;

/** `Meta Data` and one `Time Series …` object, keyed by local time, newest first. Numbers are text. */
export const seriesSchema = z.looseObject({ "Meta Data": z.record(z.string(), z.unknown()) });
export const entriesSchema = z.record(z.string(), entry);

/** `SPLITS` and `DIVIDENDS`. https://www.alphavantage.co/documentation/#splits */
export const actionsSchema = z.object({ symbol: z.string(), data: z.array(entry) });

/** `TREASURY_YIELD`, `WTI` and their like: percent, or dollars per unit. `.` is a missing value. */
export const ratesSchema = z.object({
  name: z.string(),
  interval: z.string(),
  unit: z.string(),
  data: z.array(z.looseObject({ date: z.unknown(), value: z.unknown() })),
});

/** `GLOBAL_QUOTE`, or `CURRENCY_EXCHANGE_RATE`. */
export const quoteSchema = z.union([
  z.object({ "Global Quote": entry }),
  z.object({ "Realtime Currency Exchange Rate": entry }),
]);

/** `OVERVIEW`; an unknown symbol has an empty one. */
export const overviewSchema = z.record(z.string(), z.unknown());

/** `SYMBOL_SEARCH`. */
export const searchSchema = z.object({ bestMatches: z.array(z.record(z.string(), z.string())) });

export const troubleSchema = z.union([
  z.pipe(
    z.object({ "Error Message": z.string() }),
    z.transform((body) => ({ kind: "error" as const, text: body["Error Message"] })),
  ),
  z.pipe(
    z.object({ Information: z.string() }),
    z.transform((body) => ({ kind: "information" as const, text: body.Information })),
  ),
  z.pipe(
    z.object({ Note: z.string() }),
    z.transform((body) => ({ kind: "note" as const, text: body.Note })),
  ),
]);

/** The value of the field `name`, whatever its number: `05. price` is `price`. */
export function field(entry: Readonly<Record<string, unknown>>, name: string): unknown {
  const key = Object.keys(entry).find((key) => key.replace(/^\d+[a-z]?\. /, "") === name);
  return key === undefined ? undefined : entry[key];
}
