/** The invented instruments: their names, and what distinguishes one from another. */
import type { AssetClass } from "../../market.ts";
import { derive, uniformAt, type RandomKey } from "./random.ts";

/** Plausible orders of magnitude per asset class, chosen by eye from real series; volatilities are per session. */
interface MarketTraits {
  /** Prices around the reference year lie between these. */
  readonly priceMin: number;
  readonly priceMax: number;
  readonly decimals: number;
  /** Growth of the logarithm of price per year. */
  readonly driftPerYear: number;
  /** Standard deviation of the return that all symbols of the class share. */
  readonly marketVolatility: number;
  /** Standard deviation of a symbol's own return. */
  readonly ownVolatility: number;
  /** Share of a session's variance that falls between the previous close and the open. */
  readonly overnightShare: number;
  /** How much busier a session is at its ends: 0 is flat, 2 a deep U. */
  readonly smile: number;
  /** Volume of a session lies between these; 0 where real sources have none. */
  readonly volumeMin: number;
  readonly volumeMax: number;
  readonly splits: boolean;
}

const share = { decimals: 2, driftPerYear: 0.05, overnightShare: 0.3, smile: 2 };

export const marketTraits: Readonly<Record<AssetClass, MarketTraits>> = {
  stock: {
    ...share,
    priceMin: 15,
    priceMax: 400,
    marketVolatility: 0.008,
    ownVolatility: 0.013,
    volumeMin: 4e5,
    volumeMax: 3e7,
    splits: true,
  },
  etf: {
    ...share,
    priceMin: 30,
    priceMax: 300,
    marketVolatility: 0.008,
    ownVolatility: 0.004,
    volumeMin: 1e6,
    volumeMax: 5e7,
    splits: true,
  },
  index: {
    ...share,
    priceMin: 1_000,
    priceMax: 20_000,
    marketVolatility: 0.008,
    ownVolatility: 0.003,
    volumeMin: 1e8,
    volumeMax: 5e9,
    splits: false,
  },
  commodity: {
    decimals: 2,
    driftPerYear: 0.01,
    overnightShare: 0.05,
    smile: 0.5,
    priceMin: 20,
    priceMax: 2_000,
    marketVolatility: 0.006,
    ownVolatility: 0.012,
    volumeMin: 1e5,
    volumeMax: 1e6,
    splits: false,
  },
  bond: {
    decimals: 3,
    driftPerYear: 0,
    overnightShare: 0.3,
    smile: 1,
    priceMin: 1,
    priceMax: 5,
    marketVolatility: 0.008,
    ownVolatility: 0.005,
    volumeMin: 0,
    volumeMax: 0,
    splits: false,
  },
  crypto: {
    decimals: 4,
    driftPerYear: 0.05,
    overnightShare: 0,
    smile: 0.3,
    priceMin: 1,
    priceMax: 2_000,
    marketVolatility: 0.025,
    ownVolatility: 0.02,
    volumeMin: 5e6,
    volumeMax: 5e8,
    splits: false,
  },
  forex: {
    decimals: 5,
    driftPerYear: 0,
    overnightShare: 0,
    smile: 0.5,
    priceMin: 0.6,
    priceMax: 1.6,
    marketVolatility: 0.002,
    ownVolatility: 0.004,
    volumeMin: 0,
    volumeMax: 0,
    splits: false,
  },
};

/** Every invented symbol begins so, and no real one that marketlake knows. */
export const syntheticPrefix = "SYN";

const classLetters: Readonly<Record<AssetClass, string>> = {
  stock: "",
  etf: "E",
  index: "I",
  commodity: "C",
  bond: "B",
  crypto: "X",
  forex: "F",
};

/** `SYN0001`, `SYNE0001`, …: the first `count` symbols of an asset class. */
export function syntheticSymbols(assetClass: AssetClass, count: number): string[] {
  const prefix = syntheticPrefix + classLetters[assetClass];
  return Array.from({ length: count }, (_, i) => prefix + String(i + 1).padStart(4, "0"));
}

export interface Instrument {
  readonly key: RandomKey;
  readonly traits: MarketTraits;
  /** Prices are whole multiples of one over this. */
  readonly quotesPerUnit: number;
  /** Logarithm of the price in the reference year. */
  readonly logPrice: number;
  /** Share of the market's return that the symbol takes, 0.5 to 1.5. */
  readonly beta: number;
  readonly ownVolatility: number;
  readonly volume: number;
}

const between = (min: number, max: number, part: number) =>
  Math.exp(Math.log(min) + (Math.log(max) - Math.log(min)) * part);

export function instrumentOf(worldKey: RandomKey, assetClass: AssetClass, symbol: string): Instrument {
  const traits = marketTraits[assetClass];
  const key = derive(derive(worldKey, assetClass), symbol);
  return {
    key,
    traits,
    quotesPerUnit: 10 ** traits.decimals,
    logPrice: Math.log(between(traits.priceMin, traits.priceMax, uniformAt(key, 0))),
    beta: 0.5 + uniformAt(key, 1),
    ownVolatility: traits.ownVolatility * (0.6 + 0.8 * uniformAt(key, 2)),
    volume: traits.volumeMax === 0 ? 0 : between(traits.volumeMin, traits.volumeMax, uniformAt(key, 3)),
  };
}
