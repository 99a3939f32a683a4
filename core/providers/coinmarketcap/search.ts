import type { SymbolSearch } from "../reference.ts";
import { parseBody } from "../vendor/body.ts";
import { mapSchema } from "./schema.ts";

/** `/v1/cryptocurrency/map`: the ids of all coins that share a symbol. */
export const coinMarketCapSearch: SymbolSearch = {
  call: (text) => ({
    path: "/v1/cryptocurrency/map",
    query: { symbol: text.toUpperCase(), listing_status: "active,inactive,untracked" },
    symbol: text,
  }),
  read: (body) =>
    parseBody("coinmarketcap", mapSchema, { body })
      .data.toSorted((a, b) => rankOf(a) - rankOf(b) || a.id - b.id)
      .map(({ symbol, id, name, is_active }) => ({
        symbol,
        id,
        name,
        kind: "Coin",
        region: null,
        currency: null,
        isActive: is_active == null ? null : is_active === 1,
      })),
};

const rankOf = ({ rank }: { readonly rank?: number | null | undefined }) => rank ?? Number.POSITIVE_INFINITY;
