/**
 * What is known of vendors before they are asked: where keys come from and what plans allow. Vendors change both; every
 * limit can be overridden in the configuration (`providers.<id>.calls`).
 */
import type { CallLimits } from "../providers/resilience/index.ts";
import type { VendorId } from "../providers/registry.ts";

/** A plan that one can subscribe to. */
export interface VendorPlan {
  /** What differs from the defaults of `CallLimits`. */
  readonly calls: Partial<CallLimits>;
  /** Bars of a day and longer are all that the plan includes. */
  readonly dailyOnly?: boolean;
}

export interface VendorFacts {
  /** The key's name in the secret store, and where one gets it; null where none is needed. */
  readonly key: { readonly secret: string; readonly url: string } | null;
  /** From the smallest to the largest; the first is the default. */
  readonly plans: Readonly<Record<string, VendorPlan>>;
  readonly defaultPlan: string;
}

/** A plan by calls per minute: its own pace is all that it asks for. */
const perMinute = (callsPerMinute: number): VendorPlan => ({
  calls: { callsPerMinute, gapMs: 0, batchGapMs: 0 },
});

export const vendorFacts: Readonly<Record<VendorId, VendorFacts>> = {
  // https://site.financialmodelingprep.com/pricing-plans
  fmp: {
    key: { secret: "fmp-api-key", url: "https://site.financialmodelingprep.com/developer/docs" },
    plans: {
      free: { calls: { callsPerDay: 250 }, dailyOnly: true },
      starter: perMinute(300),
      premium: perMinute(750),
      ultimate: perMinute(3_000),
    },
    defaultPlan: "free",
  },
  // https://www.alphavantage.co/premium/
  alpha_vantage: {
    key: { secret: "alpha-vantage-api-key", url: "https://www.alphavantage.co/support/#api-key" },
    plans: {
      free: { calls: { callsPerDay: 25, gapMs: 1_000 }, dailyOnly: true },
      premium_75: perMinute(75),
      premium_150: perMinute(150),
      premium_300: perMinute(300),
      premium_600: perMinute(600),
      premium_1200: perMinute(1_200),
    },
    defaultPlan: "free",
  },
  // Publishes no limit and bans who asks too fast: a few calls per second are known to be borne.
  yahoo: { key: null, plans: { public: { calls: { gapMs: 500 } } }, defaultPlan: "public" },
  // https://coinmarketcap.com/api/pricing/; candles are in no free plan.
  coinmarketcap: {
    key: { secret: "coinmarketcap-api-key", url: "https://coinmarketcap.com/api/" },
    plans: {
      free: { calls: { callsPerMinute: 30, creditsPerMonth: 10_000 } },
      hobbyist: perMinute(60),
      startup: perMinute(120),
      standard: perMinute(300),
      professional: perMinute(600),
    },
    defaultPlan: "free",
  },
  // 6,000 weight a minute; half of it is left to others behind the same address.
  // https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits
  binance: {
    key: null,
    plans: { public: { calls: { creditsPerMinute: 3_000, gapMs: 0, batchGapMs: 0 } } },
    defaultPlan: "public",
  },
};

/** Where to get the key that is kept under a name in the secret store; null for other secrets. */
export function keySource(secret: string): string | null {
  const facts = Object.values(vendorFacts).find(({ key }) => key?.secret === secret);
  return facts?.key?.url ?? null;
}
