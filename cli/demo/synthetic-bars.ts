/** What the demo asks of the synthetic provider: every asset class, several intervals, and errors as vendors make them. */
import type { AssetClass, Interval } from "../../core/market.ts";
import type { ExtractRequest } from "../../core/messages/index.ts";
import type { SyntheticOptions } from "../../core/providers/synthetic/index.ts";

/** Fixed, so that the demo is the same run whenever it is started: the close of the last session of 2025 in New York. */
const businessTime = "2025-12-31T21:00:00Z";
const twoMonthsFrom = Date.UTC(2025, 10, 1);
const twoYearsFrom = Date.UTC(2024, 0, 1);
const toMs = Date.parse(businessTime);

/** Sized so that two slow cores need well below a minute. */
export const demoSyntheticOptions: Partial<SyntheticOptions> = {
  symbolCounts: { stock: 50, etf: 10, index: 4, commodity: 4, bond: 3, crypto: 6, forex: 5 },
  // Enough for the quarantine to have something to show.
  errors: {
    nullRow: 0.0002,
    zeroPrice: 0.0002,
    unitError: 0.0001,
    duplicate: 0.0002,
    unsorted: 0.0002,
    late: 0,
  },
};

/** Series and how far back they reach. 5-minute index bars become 15-minute bars in the lake. */
const wanted: readonly (readonly [AssetClass, Interval, fromMs: number])[] = [
  ["stock", "1d", twoYearsFrom],
  ["stock", "15min", twoMonthsFrom],
  ["etf", "1d", twoYearsFrom],
  ["index", "5min", twoMonthsFrom],
  ["crypto", "1d", twoYearsFrom],
  ["crypto", "1h", twoMonthsFrom],
  ["forex", "1d", twoYearsFrom],
  ["forex", "15min", twoMonthsFrom],
  ["commodity", "1d", twoYearsFrom],
  ["bond", "1d", twoYearsFrom],
];

export const demoRequests: readonly ExtractRequest[] = wanted.map(([assetClass, interval, fromMs]) => ({
  version: 1,
  kind: "extract",
  provider: "synthetic",
  assetClass,
  interval,
  scheduledTime: businessTime,
  trigger: "demo",
  window: { fromMs, toMs },
}));
