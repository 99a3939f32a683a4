import type { Profile, Quote, ReferenceEndpoint } from "../reference.ts";
import { parseBody } from "../vendor/body.ts";
import type { Instrument } from "../vendor/options.ts";
import { profilesSchema, quotesSchema } from "./schema.ts";
import { fmpSymbol } from "./symbols.ts";

/** A URL of some 1,500 characters. */
const symbolsPerCallMax = 200;

/** Ours by FMP's name. */
const symbolsByName = (instruments: readonly Instrument[]) =>
  new Map(instruments.map((instrument) => [fmpSymbol(instrument), instrument.symbol]));

export const fmpQuotes: ReferenceEndpoint<Quote> = {
  calls(instruments) {
    const names = [...symbolsByName(instruments).keys()];
    const chunks = Array.from({ length: Math.ceil(names.length / symbolsPerCallMax) }, (_, i) =>
      names.slice(i * symbolsPerCallMax, (i + 1) * symbolsPerCallMax),
    );
    return chunks.map((chunk) => ({
      path: "/stable/batch-quote",
      query: { symbols: chunk.join(",") },
      symbol: null,
    }));
  },
  read(body, instruments) {
    const symbols = symbolsByName(instruments);
    return parseBody("fmp", quotesSchema, { body }).flatMap((quote) => {
      const symbol = symbols.get(quote.symbol);
      if (symbol === undefined) return [];
      return {
        symbol,
        price: quote.price ?? null,
        quotedAtMs: quote.timestamp == null ? null : quote.timestamp * 1_000,
        open: quote.open ?? null,
        high: quote.dayHigh ?? null,
        low: quote.dayLow ?? null,
        previousClose: quote.previousClose ?? null,
        changePct: quote.changePercentage ?? quote.changesPercentage ?? null,
        // FMP gives that of crypto in the quote currency.
        volume: quote.exchange === "CRYPTO" ? null : (quote.volume ?? null),
        // It has 0 for indices, which have none.
        marketCap: quote.marketCap || null,
      };
    });
  },
};

export const fmpProfiles: ReferenceEndpoint<Profile> = {
  calls: (instruments) =>
    instruments.map((instrument) => ({
      path: "/stable/profile",
      query: { symbol: fmpSymbol(instrument) },
      symbol: instrument.symbol,
    })),
  read(body, instruments) {
    const symbols = symbolsByName(instruments);
    return parseBody("fmp", profilesSchema, { body }).flatMap((profile) => {
      const symbol = symbols.get(profile.symbol);
      if (symbol === undefined) return [];
      return {
        symbol,
        name: profile.companyName ?? null,
        currency: profile.currency ?? null,
        exchange: profile.exchangeShortName ?? profile.exchange ?? null,
        country: profile.country ?? null,
        sector: profile.sector ?? null,
        industry: profile.industry ?? null,
        marketCap: profile.marketCap ?? profile.mktCap ?? null,
        isActive: profile.isActivelyTrading ?? null,
      };
    });
  },
};
