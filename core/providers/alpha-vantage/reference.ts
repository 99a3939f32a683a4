import type { Profile, Quote, ReferenceEndpoint } from "../reference.ts";
import type { VendorCall } from "../vendor/ask.ts";
import { parseBody } from "../vendor/body.ts";
import { type Cell, dateMs, textNumber, zonedMs } from "../vendor/cells.ts";
import { UnexpectedResponseError } from "../vendor/errors.ts";
import type { Instrument } from "../vendor/options.ts";
import { field, overviewSchema, quoteSchema } from "./schema.ts";
import { alphaVantageSymbol, pairOf } from "./symbols.ts";

type Entry = Readonly<Record<string, unknown>>;

const shareCall = (name: string, instrument: Instrument): VendorCall => ({
  path: "/query",
  query: { function: name, symbol: alphaVantageSymbol(instrument) },
  symbol: instrument.symbol,
});

const isShare = ({ assetClass }: Instrument) => assetClass === "stock" || assetClass === "etf";

const symbolOf = (name: unknown, instruments: readonly Instrument[]): string | undefined =>
  instruments.find((instrument) => alphaVantageSymbol(instrument) === name)?.symbol;

/** `GLOBAL_QUOTE` of shares, `CURRENCY_EXCHANGE_RATE` of forex and crypto pairs; there are no others. */
export const alphaVantageQuotes: ReferenceEndpoint<Quote> = {
  calls: (instruments) =>
    instruments.flatMap((instrument) => {
      if (isShare(instrument)) return shareCall("GLOBAL_QUOTE", instrument);
      const pair = pairOf(instrument);
      if (pair === null) return [];
      const query = { function: "CURRENCY_EXCHANGE_RATE", from_currency: pair[0], to_currency: pair[1] };
      return { path: "/query", query, symbol: instrument.symbol };
    }),
  read(body, instruments) {
    const answer = parseBody("alpha_vantage", quoteSchema, { body });
    return "Global Quote" in answer
      ? shareQuote(answer["Global Quote"], instruments)
      : pairQuote(answer["Realtime Currency Exchange Rate"], instruments);
  },
};

function shareQuote(quote: Entry, instruments: readonly Instrument[]): Quote[] {
  const symbol = symbolOf(field(quote, "symbol"), instruments);
  if (symbol === undefined) return [];
  const change = field(quote, "change percent");
  return [
    {
      symbol,
      price: numberOf(quote, "price"),
      quotedAtMs: valueOf(dateMs(field(quote, "latest trading day")), quote),
      open: numberOf(quote, "open"),
      high: numberOf(quote, "high"),
      low: numberOf(quote, "low"),
      previousClose: numberOf(quote, "previous close"),
      changePct: typeof change === "string" ? valueOf(textNumber(change.replace(/%$/, "")), change) : null,
      volume: numberOf(quote, "volume"),
      marketCap: null,
    },
  ];
}

function pairQuote(rate: Entry, instruments: readonly Instrument[]): Quote[] {
  const from = field(rate, "From_Currency Code");
  const to = field(rate, "To_Currency Code");
  const found = instruments.find((instrument) => {
    const pair = pairOf(instrument);
    return pair !== null && pair[0] === from && pair[1] === to;
  });
  if (found === undefined) return [];
  const zone = field(rate, "Time Zone");
  return [
    {
      symbol: found.symbol,
      price: numberOf(rate, "Exchange Rate"),
      quotedAtMs:
        typeof zone === "string" ? valueOf(zonedMs(field(rate, "Last Refreshed"), zone), rate) : null,
      open: null,
      high: null,
      low: null,
      previousClose: null,
      changePct: null,
      volume: null,
      marketCap: null,
    },
  ];
}

/** `OVERVIEW` of shares. */
export const alphaVantageProfiles: ReferenceEndpoint<Profile> = {
  calls: (instruments) => instruments.filter(isShare).map((instrument) => shareCall("OVERVIEW", instrument)),
  read(body, instruments) {
    const overview = parseBody("alpha_vantage", overviewSchema, { body });
    const symbol = symbolOf(overview["Symbol"], instruments);
    if (symbol === undefined) return [];
    return [
      {
        symbol,
        name: textOf(overview, "Name"),
        currency: textOf(overview, "Currency"),
        exchange: textOf(overview, "Exchange"),
        country: textOf(overview, "Country"),
        sector: textOf(overview, "Sector"),
        industry: textOf(overview, "Industry"),
        marketCap: numberOf(overview, "MarketCapitalization"),
        isActive: null,
      },
    ];
  },
};

const numberOf = (entry: Entry, name: string) => valueOf(textNumber(field(entry, name)), field(entry, name));

function valueOf(cell: Cell, received: unknown): number | null {
  if (cell.problem === null) return Number.isNaN(cell.value) ? null : cell.value;
  throw new UnexpectedResponseError(`alpha_vantage: ${cell.problem}; got ${JSON.stringify(received)}`);
}

function textOf(entry: Entry, name: string): string | null {
  const value = entry[name];
  return typeof value === "string" && value !== "None" && value !== "-" && value !== "" ? value : null;
}
