/** What vendors know about instruments besides bars: quotes and profiles, in one shape for all of them. */
import type { ProviderIo } from "./provider.ts";
import { UnknownSymbolError } from "./errors.ts";
import { ask, type Vendor, type VendorCall } from "./vendor/ask.ts";
import type { Instrument } from "./vendor/options.ts";

/** A price now, which is no bar. Prices in `currency`; missing values are null. */
export interface Quote {
  /** Ours. */
  readonly symbol: string;
  readonly price: number | null;
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly previousClose: number | null;
  /** In percent: 4.41 means 4.41 %. */
  readonly changePct: number | null;
  /** Shares, contracts or coins; null where the vendor gives it in money. */
  readonly volume: number | null;
  readonly marketCap: number | null;
  /** When the price was made, UTC ms: vendors repeat dead symbols' prices for months. */
  readonly quotedAtMs: number | null;
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

/** One kind of reference response of one vendor. */
export interface ReferenceEndpoint<T> {
  /** Pure: the calls that answer for `instruments`. */
  calls(instruments: readonly Instrument[]): readonly VendorCall[];
  /**
   * Pure: entries of a body for those of `instruments` that it knows.
   * @throws UnexpectedResponseError for an unknown shape.
   */
  read(body: Uint8Array, instruments: readonly Instrument[]): readonly T[];
}

/** What `fetchReference` brings: every instrument is in one of the two. */
export interface ReferenceAnswer<T> {
  readonly entries: readonly T[];
  /** The vendor does not know these. */
  readonly unknown: readonly string[];
}

/** @throws as `ask`, but for unknown symbols, which are listed. */
export async function fetchReference<T extends { readonly symbol: string }>(
  vendor: Vendor,
  endpoint: ReferenceEndpoint<T>,
  instruments: readonly Instrument[],
  io: ProviderIo,
): Promise<ReferenceAnswer<T>> {
  // Batches repeat instruments at times; the last word counts.
  const entries = new Map<string, T>();
  for (const call of endpoint.calls(instruments)) {
    try {
      const body = await ask(vendor, call, io);
      for (const entry of endpoint.read(body, instruments)) entries.set(entry.symbol, entry);
    } catch (error) {
      if (!(error instanceof UnknownSymbolError)) throw error;
    }
  }
  const unknown = instruments.map(({ symbol }) => symbol).filter((symbol) => !entries.has(symbol));
  return { entries: [...entries.values()], unknown };
}
