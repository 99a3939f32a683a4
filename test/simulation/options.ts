/** What kind of trouble one simulation has: drawn from the seed, so that seeds differ in kind and not only in order. */
import type { Series } from "../../core/lake/keys.ts";
import type { LakeSettings } from "../../core/settings.ts";
import { Random } from "./random.ts";

/** Probabilities per port call. */
export interface FaultRates {
  readonly crash: number;
  /** A process that stands still for long, while others pass it by. */
  readonly stall: number;
  /** A call that fails before it took effect. */
  readonly failBefore: number;
  /** A call that took effect and fails nevertheless. */
  readonly failAfter: number;
  /** A conditional write that reports a lost race though there was none, as S3 may. */
  readonly spuriousConflict: number;
  /** A message that is sent twice. */
  readonly duplicate: number;
  /** An acknowledgement that is lost. */
  readonly lostAcknowledgement: number;
  /** A received message that goes back for later. */
  readonly reorder: number;
  /** A raw object of which only a part is stored. */
  readonly corruptRaw: number;
}

export interface VendorTraits {
  /** Part of the bars that are received dirty. */
  readonly dirty: number;
  /** Part of the bars that are corrected later. */
  readonly revised: number;
  /** Part of the responses that cannot be read at first. */
  readonly garbage: number;
  /** Whether a repeated request may be answered with other numbers. */
  readonly isFickle: boolean;
}

/** In the order of the data's way. */
export type Stage = "jobs" | "transform" | "indicators";

export interface SeriesPlan extends Series {
  readonly symbols: readonly string[];
  readonly barCount: number;
  /** Ends of periods around which the bars lie. */
  readonly boundaries: number;
  readonly ticks: number;
  readonly providers: readonly string[];
  /** Files loaded beside the extracts. */
  readonly files: number;
}

export interface SimulationOptions {
  readonly series: readonly SeriesPlan[];
  readonly settings: LakeSettings;
  readonly faults: FaultRates;
  /** Faults altogether, so that a simulation comes to rest. */
  readonly faultsMax: number;
  readonly vendor: VendorTraits;
  readonly workers: number;
  /** Every other worker takes up to this long for a call, so that the rest overtakes it everywhere. */
  readonly slowCallMsMax: number;
  /** Time between two jobs, at most: 0 starts all of them at once. */
  readonly jobsApartMsMax: number;
  readonly batchSizeMax: number;
  /** Stages whose workers start once the stage before them is through: all at once, before a full queue. */
  readonly lateStages: readonly Stage[];
  readonly visibilityTimeoutMs: number;
  /** Time an invocation has; indicators hand the rest on when it runs out. */
  readonly invocationMs: number;
  /** Whether someone rebuilds while the pipeline runs. */
  readonly rebuildsMeanwhile: boolean;
  /** Whether extracts wait in the lanes of their providers, or run beside each other as those that are asked for by hand. */
  readonly inLanes: boolean;
}

const kinds: readonly (Series & { readonly symbols: readonly string[] })[] = [
  { assetClass: "stock", interval: "1d", symbols: ["AAPL", "MSFT", "NVDA", "XOM"] },
  { assetClass: "stock", interval: "15min", symbols: ["AAPL", "MSFT", "NVDA"] },
  { assetClass: "index", interval: "5min", symbols: ["^GSPC", "^NDX", "^RUT"] },
  { assetClass: "index", interval: "15min", symbols: ["^GSPC", "^NDX", "^VIX"] },
  { assetClass: "crypto", interval: "1h", symbols: ["BTC-USD", "ETH-USD", "SOL-USD"] },
  { assetClass: "bond", interval: "1d", symbols: ["UST10Y", "UST2Y"] },
];

/** Options for a seed: swarm testing, in which each run leaves out some kinds of trouble and has more of others. */
export function drawOptions(seed: number): SimulationOptions {
  const random = new Random(seed ^ 0x5eed);
  const rate = (most: number) => random.pick([0, most / 10, most / 3, most]);
  const series = random.sample(kinds, random.pick([1, 1, 2, 2, 3])).map((kind) => ({
    assetClass: kind.assetClass,
    interval: kind.interval,
    symbols: random.sample(kind.symbols, random.int(1, kind.symbols.length)),
    barCount: random.int(6, 40),
    boundaries: random.int(1, 4),
    ticks: random.int(1, 4),
    providers: random.sample(["alpha", "beta"], random.int(1, 2)),
    files: random.pick([0, 0, 1, 2]),
  }));
  const shards = () => random.pick([1, 1, 2, 3]);
  return {
    series,
    settings: {
      shardCounts: {
        stock: shards(),
        etf: 1,
        index: shards(),
        commodity: 1,
        bond: shards(),
        crypto: shards(),
        forex: 1,
      },
      providerPriority: random.pick([["beta", "alpha"], ["csv", "alpha", "beta"], ["alpha"]]),
    },
    faults: {
      crash: rate(0.03),
      stall: rate(0.1),
      failBefore: rate(0.05),
      failAfter: rate(0.05),
      spuriousConflict: rate(0.05),
      duplicate: rate(0.5),
      lostAcknowledgement: rate(0.3),
      reorder: rate(0.5),
      corruptRaw: rate(0.1),
    },
    faultsMax: random.pick([10, 40, 120]),
    vendor: {
      dirty: rate(0.2),
      revised: rate(0.5),
      garbage: rate(0.3),
      isFickle: random.chance(0.3),
    },
    workers: random.pick([1, 2, 4, 6]),
    slowCallMsMax: random.pick([0, 200, 1_000]),
    jobsApartMsMax: random.pick([0, 300, 3_000, 20_000]),
    batchSizeMax: random.pick([1, 2, 10]),
    lateStages: random.sample(["transform", "indicators"], random.int(0, 2)),
    visibilityTimeoutMs: random.pick([2_000, 60_000]),
    invocationMs: random.pick([6_000, 60_000]),
    rebuildsMeanwhile: random.chance(0.25),
    inLanes: random.chance(0.7),
  };
}
