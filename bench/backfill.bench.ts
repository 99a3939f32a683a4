/** Backfill end to end, embedded: a CSV file to raw objects, curated bars, indicators and checkpoints. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { allocatorEnvironment } from "../local/allocator.ts";
import { formatBarsCsv } from "../core/bars/csv.ts";
import { createSyntheticProvider, syntheticSymbols } from "../core/providers/synthetic/index.ts";
import { noIo } from "../test/helpers/provider-io.ts";
import { bench, type BenchResult } from "./harness.ts";

const symbolCount = 500;
const fromMs = Date.UTC(2014, 0);
const toMs = Date.UTC(2024, 0);
const child = new URL("./subjects/backfill-child.ts", import.meta.url).pathname;

interface Cost {
  readonly bars: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
  readonly bytesReceived: number;
  readonly bytesRewritten: number;
}

export async function run(): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), "marketlake-bench-"));
  try {
    const path = join(folder, "bars.csv");
    const bars = await writeHistory(path);
    const backfill = async (threads: number) => {
      const lake = await mkdtemp(join(folder, "lake-"));
      const args = ["--disable-warning=ExperimentalWarning", child, lake, path, String(threads)];
      const { stdout } = await promisify(execFile)(process.execPath, args, {
        env: { ...process.env, ...allocatorEnvironment },
      });
      await rm(lake, { recursive: true });
      return factsOf(JSON.parse(stdout) as Cost);
    };
    const result = await bench(`backfill of ${symbolCount} symbols, 10 years of daily bars`, {
      item: "bar",
      itemCount: bars,
      baseline: { "one thread": () => backfill(0) },
      candidates: { "a thread per core": () => backfill(2) },
      rounds: 3,
      warmUpRounds: 1,
    });
    return [result];
  } finally {
    await rm(folder, { recursive: true });
  }
}

function factsOf({ bars, wallSeconds, cpuSeconds, peakMb, bytesReceived, bytesRewritten }: Cost) {
  return {
    barsPerSecond: bars / wallSeconds,
    barsPerCpuSecond: bars / cpuSeconds,
    peakMb,
    rewrittenPerReceivedByte: bytesRewritten / bytesReceived,
  };
}

/** Returns the number of bars. */
async function writeHistory(path: string): Promise<number> {
  const provider = createSyntheticProvider({ seed: 7 });
  const symbols = syntheticSymbols("stock", symbolCount);
  const query = { assetClass: "stock", interval: "1d", symbols, fromMs, toMs, asOfMs: toMs } as const;
  const receipt = {
    ...query,
    provider: "synthetic",
    runId: "bench",
    ingestedAtMs: toMs,
    adjustment: "split",
    currency: null,
  } as const;
  let bars = 0;
  for (const request of provider.transformQuery(query)) {
    const response = await provider.extract(request, noIo);
    const received = await provider.transform(response, request, receipt);
    const text = formatBarsCsv(received.bars, "1d");
    await writeFile(path, bars === 0 ? text : text.subarray(text.indexOf(0x0a) + 1), { flag: "a" });
    bars += received.bars.rowCount;
  }
  return bars;
}
