/** What work costs on AWS: list prices of us-east-1, November 2026, without the free tier; see docs/deploy.md. */

/** Of arm64, https://aws.amazon.com/lambda/pricing/ */
const usdPerGbSecond = 0.0000133334;
/** https://aws.amazon.com/s3/pricing/ */
const usdPerPut = 0.005 / 1_000;
const usdPerGet = 0.0004 / 1_000;
const usdPerGbMonth = 0.023;

/** Memory of the functions as deployed. */
const extractGb = 1;
const stageGb = 1_769 / 1_024;
/** Measured, docs/deploy.md: seconds of transform and indicators, and S3 calls, for a tick of 500 symbols in 4 shards. */
const stageSecondsPerSymbol = 0.93 / 500;
const writesPerShard = 47 / 4;
const readsPerShard = 78 / 4;
/** Measured: bars per second that transform and indicators take when they come by the thousand. */
const barsPerSecond = 150_000;
/** Raw and curated objects and indicators, relative to what was received; all are compressed but the first. */
const storedPerReceivedByte = 1.6;

export interface Work {
  readonly calls: number;
  readonly symbols: number;
  readonly shards: number;
  readonly bars: number;
  readonly bytes: number;
  /** Of extract, waiting included. */
  readonly workingMs: number;
}

export interface Cost {
  /** Of functions and of S3's requests. */
  readonly computeUsd: number;
  /** Of what is stored, per month that it is kept. */
  readonly storageUsdPerMonth: number;
}

export function costOf({ calls, symbols, shards, bars, bytes, workingMs }: Work): Cost {
  const stageSeconds = symbols * stageSecondsPerSymbol + bars / barsPerSecond;
  const functionUsd = ((workingMs / 1_000) * extractGb + stageSeconds * stageGb) * usdPerGbSecond;
  // Every answer is kept as an object of its own.
  const requestUsd = (calls + shards * writesPerShard) * usdPerPut + shards * readsPerShard * usdPerGet;
  return {
    computeUsd: functionUsd + requestUsd,
    storageUsdPerMonth: ((bytes * storedPerReceivedByte) / 1e9) * usdPerGbMonth,
  };
}
