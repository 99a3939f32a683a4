import type { VendorCall } from "../vendor/ask.ts";
import { parseBody } from "../vendor/body.ts";
import { excerpt, UnexpectedResponseError } from "../vendor/errors.ts";
import { field, searchSchema } from "./schema.ts";

/** A hit of `SYMBOL_SEARCH`, best first. */
interface SymbolMatch {
  /** Alpha Vantage's. */
  readonly symbol: string;
  readonly name: string;
  /** `Equity`, `ETF`, `Mutual Fund`, … */
  readonly type: string;
  readonly region: string;
  readonly currency: string;
}

/** Finds out how Alpha Vantage spells a symbol. */
export const alphaVantageSearch = {
  call: (keywords: string): VendorCall => ({
    path: "/query",
    query: { function: "SYMBOL_SEARCH", keywords },
    symbol: null,
  }),
  /** @throws UnexpectedResponseError for an unknown shape. */
  read: (body: Uint8Array): SymbolMatch[] =>
    parseBody("alpha_vantage", searchSchema, { body }).bestMatches.map((match) => ({
      symbol: textOf(match, "symbol"),
      name: textOf(match, "name"),
      type: textOf(match, "type"),
      region: textOf(match, "region"),
      currency: textOf(match, "currency"),
    })),
};

function textOf(match: Readonly<Record<string, string>>, name: string): string {
  const value = field(match, name);
  if (typeof value === "string") return value;
  throw new UnexpectedResponseError(
    `alpha_vantage: expected "${name}" in a match, got ${excerpt(JSON.stringify(match))}`,
  );
}
