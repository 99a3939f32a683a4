/** What vendors know about instruments besides bars: quotes, profiles and names, in one shape for all of them. */
import { UnknownSymbolError } from "./errors.ts";
import type { Vendor, VendorCall } from "./vendor/ask.ts";
import type { Instrument, VendorOptions } from "./vendor/options.ts";

/** A price now, which is no bar. Prices in the instrument's currency; missing values are null. */
export interface Quote {
  /** Ours. */
  readonly symbol: string;
  readonly price: number | null;
  /** When the price was made, UTC ms: vendors repeat dead symbols' prices for months. */
  readonly quotedAtMs: number | null;
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly previousClose: number | null;
  /** In percent: 4.41 means 4.41 %. */
  readonly changePct: number | null;
  /** Shares, contracts or coins; null where the vendor gives it in money. */
  readonly volume: number | null;
  readonly marketCap: number | null;
}

/** Who an instrument is. */
export interface Profile {
  /** Ours. */
  readonly symbol: string;
  readonly name: string | null;
  readonly currency: string | null;
  /** The vendor's code of the exchange. */
  readonly exchange: string | null;
  readonly country: string | null;
  readonly sector: string | null;
  readonly industry: string | null;
  readonly marketCap: number | null;
  /** Where the vendor says so. */
  readonly isActive: boolean | null;
}

/** How a vendor names something that was looked for. */
export interface SymbolMatch {
  /** The vendor's. */
  readonly symbol: string;
  /** Where the vendor goes by numbers, for symbols are shared and change. */
  readonly id: number | null;
  readonly name: string;
  /** `Equity`, `ETF`, `Coin`, … */
  readonly kind: string;
  readonly region: string | null;
  readonly currency: string | null;
  readonly isActive: boolean | null;
}

/** One kind of reference response of one vendor. */
export interface ReferenceEndpoint<T> {
  /** Pure: the calls that answer for `instruments`; those for which the vendor has nothing are left out. */
  calls(instruments: readonly Instrument[]): readonly VendorCall[];
  /**
   * Pure: entries of a body for those of `instruments` that it knows.
   * @throws UnexpectedResponseError for an unknown shape.
   */
  read(body: Uint8Array, instruments: readonly Instrument[]): readonly T[];
}

/** A vendor's list of names. */
export interface SymbolSearch {
  call(text: string): VendorCall;
  /** Best first. @throws UnexpectedResponseError for an unknown shape. */
  read(body: Uint8Array): readonly SymbolMatch[];
}

/** What one vendor answers besides bars. */
export interface ReferenceDesk {
  vendor(options: VendorOptions): Vendor;
  readonly quotes: ReferenceEndpoint<Quote>;
  readonly profiles: ReferenceEndpoint<Profile>;
  readonly names: SymbolSearch | null;
}

/** Makes one call of a vendor, within its limits; see `ask` for what it throws. */
export type AskVendor = (call: VendorCall) => Promise<Uint8Array>;

/** What `fetchReference` brings: every instrument is in one of the two. */
export interface ReferenceAnswer<T> {
  readonly entries: readonly T[];
  /** The vendor does not know these. */
  readonly unknown: readonly string[];
}

/** @throws as `askVendor`, but for unknown symbols, which are listed. */
export async function fetchReference<T extends { readonly symbol: string }>(
  askVendor: AskVendor,
  endpoint: ReferenceEndpoint<T>,
  instruments: readonly Instrument[],
): Promise<ReferenceAnswer<T>> {
  // Batches repeat instruments at times; the last word counts.
  const entries = new Map<string, T>();
  for (const call of endpoint.calls(instruments)) {
    const body = await unlessUnknown(askVendor(call));
    if (body === null) continue;
    for (const entry of endpoint.read(body, instruments)) entries.set(entry.symbol, entry);
  }
  const symbols = instruments.map(({ symbol }) => symbol);
  return {
    entries: symbols.flatMap((symbol) => entries.get(symbol) ?? []),
    unknown: symbols.filter((symbol) => !entries.has(symbol)),
  };
}

/** @throws as `askVendor`; nothing found is an empty list. */
export async function searchNames(
  askVendor: AskVendor,
  search: SymbolSearch,
  text: string,
): Promise<readonly SymbolMatch[]> {
  const body = await unlessUnknown(askVendor(search.call(text)));
  return body === null ? [] : search.read(body);
}

async function unlessUnknown(answer: Promise<Uint8Array>): Promise<Uint8Array | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof UnknownSymbolError) return null;
    throw error;
  }
}
