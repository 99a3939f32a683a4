import type { SymbolSearch } from "../reference.ts";
import { parseBody } from "../vendor/body.ts";
import { excerpt, UnexpectedResponseError } from "../vendor/errors.ts";
import { field, searchSchema } from "./schema.ts";

/** `SYMBOL_SEARCH`: finds out how Alpha Vantage spells a symbol. */
export const alphaVantageSearch: SymbolSearch = {
  call: (text) => ({
    path: "/query",
    query: { function: "SYMBOL_SEARCH", keywords: text },
    symbol: null,
  }),
  read: (body) =>
    parseBody("alpha_vantage", searchSchema, { body }).bestMatches.map((match) => ({
      symbol: textOf(match, "symbol"),
      id: null,
      name: textOf(match, "name"),
      kind: textOf(match, "type"),
      region: textOf(match, "region"),
      currency: textOf(match, "currency"),
      isActive: null,
    })),
};

function textOf(match: Readonly<Record<string, string>>, name: string): string {
  const value = field(match, name);
  if (typeof value === "string") return value;
  throw new UnexpectedResponseError(
    `alpha_vantage: expected "${name}" in a match, got ${excerpt(JSON.stringify(match))}`,
  );
}
