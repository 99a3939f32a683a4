/** What can be asked of the synthetic provider. */
import type { AssetClass } from "../../market.ts";

/** Shares of rows, each in `[0, 1]`, that come with an error that real vendors make. */
export interface VendorErrorRates {
  /** All prices and the volume are missing. */
  readonly nullRow: number;
  /** Open or low is 0. */
  readonly zeroPrice: number;
  /** Prices are 100 times too high, as pence taken for pounds. */
  readonly unitError: number;
  /** The row comes twice. */
  readonly duplicate: number;
  /** The row comes after its successor. Only the order within a response depends on the window asked for. */
  readonly unsorted: number;
  /** The row is delivered `latenessMs` after its bar has ended and not before. */
  readonly late: number;
}

export interface SyntheticOptions {
  /** Another seed is another world. Any 32-bit integer. */
  readonly seed: number;
  /** Symbols in the universe of an asset class. */
  readonly symbolCounts: Readonly<Record<AssetClass, number>>;
  /** Splits of a stock or ETF in ten years, on average; at most one a year. Prices are as traded. */
  readonly splitsPerDecade: number;
  /** Those not named do not happen. */
  readonly errors: Partial<VendorErrorRates>;
  readonly latenessMs: number;
}

export const noVendorErrors: VendorErrorRates = {
  nullRow: 0,
  zeroPrice: 0,
  unitError: 0,
  duplicate: 0,
  unsorted: 0,
  late: 0,
};

export const defaultSyntheticOptions: SyntheticOptions = {
  seed: 20_261_120,
  symbolCounts: { stock: 20, etf: 5, index: 4, commodity: 4, bond: 3, crypto: 6, forex: 5 },
  splitsPerDecade: 0,
  errors: {},
  latenessMs: 45 * 60_000,
};
