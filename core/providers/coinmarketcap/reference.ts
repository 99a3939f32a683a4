import type { Profile, Quote, ReferenceEndpoint } from "../reference.ts";
import type { VendorCall } from "../vendor/ask.ts";
import { parseBody } from "../vendor/body.ts";
import { isoMs } from "../vendor/cells.ts";
import type { Instrument } from "../vendor/options.ts";
import { infoSchema, quotesSchema } from "./schema.ts";
import { type Pair, pairOf } from "./symbols.ts";

/** A hundred coins cost one credit. */
const coinsPerCallMax = 100;

interface KnownPair extends Pair {
  readonly symbol: string;
}

const pairsOf = (instruments: readonly Instrument[]): KnownPair[] =>
  instruments.flatMap((instrument) => {
    const pair = pairOf(instrument);
    return pair === null ? [] : { ...pair, symbol: instrument.symbol };
  });

/** Coins by id where it is known, else by symbol: the two cannot be mixed in one call. */
function callsFor(path: string, withCurrency: boolean, instruments: readonly Instrument[]): VendorCall[] {
  const calls: VendorCall[] = [];
  const pairs = pairsOf(instruments);
  for (const currency of withCurrency ? new Set(pairs.map((pair) => pair.currency)) : [null]) {
    const wanted = pairs.filter((pair) => currency === null || pair.currency === currency);
    const groups = {
      id: wanted.flatMap(({ id }) => (id === null ? [] : String(id))),
      symbol: wanted.flatMap(({ id, coin }) => (id === null ? coin : [])),
    };
    for (const [parameter, names] of Object.entries(groups)) {
      const unique = [...new Set(names)];
      for (let first = 0; first < unique.length; first += coinsPerCallMax) {
        calls.push({
          path,
          query: {
            [parameter]: unique.slice(first, first + coinsPerCallMax).join(","),
            ...(currency === null ? {} : { convert: currency }),
            skip_invalid: "true",
          },
          symbol: null,
        });
      }
    }
  }
  return calls;
}

/** The coin that a pair means: by id, else the best ranked of those that share its symbol. */
function coinOf<
  T extends { readonly id: number; readonly symbol: string; readonly cmc_rank?: number | null | undefined },
>(coins: readonly T[], { id, coin }: Pair): T | undefined {
  if (id !== null) return coins.find((candidate) => candidate.id === id);
  const rank = (candidate: T) => candidate.cmc_rank ?? Number.POSITIVE_INFINITY;
  return coins.filter(({ symbol }) => symbol === coin).sort((a, b) => rank(a) - rank(b) || a.id - b.id)[0];
}

/** `/v2/cryptocurrency/quotes/latest`; reads v1, v3 and listings too. */
export const coinMarketCapQuotes: ReferenceEndpoint<Quote> = {
  calls: (instruments) => callsFor("/v2/cryptocurrency/quotes/latest", true, instruments),
  read(body, instruments) {
    const coins = parseBody("coinmarketcap", quotesSchema, { body }).data;
    return pairsOf(instruments).flatMap((pair) => {
      const quote = coinOf(coins, pair)?.quote[pair.currency];
      if (quote === undefined) return [];
      const quotedAt = isoMs(quote.last_updated);
      return {
        symbol: pair.symbol,
        price: quote.price ?? null,
        quotedAtMs: quotedAt.problem === null ? quotedAt.value : null,
        open: null,
        high: null,
        low: null,
        previousClose: null,
        changePct: quote.percent_change_24h ?? null,
        // `volume_24h` is money.
        volume: null,
        // 0 where the supply is not verified.
        marketCap: quote.market_cap || null,
      };
    });
  },
};

/** `/v2/cryptocurrency/info`; reads v1 too. */
export const coinMarketCapProfiles: ReferenceEndpoint<Profile> = {
  calls: (instruments) => callsFor("/v2/cryptocurrency/info", false, instruments),
  read(body, instruments) {
    const coins = parseBody("coinmarketcap", infoSchema, { body }).data;
    return pairsOf(instruments).flatMap((pair) => {
      const coin = coinOf(coins, pair);
      if (coin === undefined) return [];
      return {
        symbol: pair.symbol,
        name: coin.name,
        currency: pair.currency,
        exchange: null,
        country: null,
        sector: null,
        industry: coin.category ?? null,
        marketCap: null,
        isActive: coin.status == null ? null : coin.status === "active",
      };
    });
  },
};
