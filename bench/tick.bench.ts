/** A 15-minute tick of 500 symbols, end to end: extract, transform, indicators. Does the history behind it cost anything? */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LakeRuntime } from "../local/runtime.ts";
import { bench, type BenchResult } from "./harness.ts";

const symbolCount = 500;
const tickMs = 900_000;
/** A Tuesday's open in New York. */
const dayOpenMs = Date.UTC(2025, 5, 10, 13, 30);
const historyYears = 10;
const rounds = 9;

export async function run(): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), "marketlake-bench-"));
  try {
    const young = await openLake(join(folder, "young"));
    const old = await openLake(join(folder, "old"));
    // One session in each earlier month: what a tick meets is the number of periods, not the bars in them.
    for (let month = 12 * historyYears; month > 0; month--) await extractSession(old, month);
    await old.drain();
    await extractSession(young, 1);
    await young.drain();
    const result = await bench(`tick of ${symbolCount} symbols at 15 minutes`, {
      item: "tick",
      itemCount: 1,
      baseline: { "history of a month": ticker(young) },
      candidates: { [`history of ${historyYears} years`]: ticker(old) },
      rounds,
    });
    await young.close();
    await old.close();
    return [result];
  } finally {
    await rm(folder, { recursive: true });
  }
}

function openLake(directory: string): Promise<LakeRuntime> {
  const symbolCounts = { stock: symbolCount, etf: 1, index: 1, commodity: 1, bond: 1, crypto: 1, forex: 1 };
  return LakeRuntime.open(directory, { create: true, threads: 0, synthetic: { seed: 7, symbolCounts } });
}

/** The open of the first Tuesday of a month, so many months before the day. */
function sessionOpenMs(monthsBefore: number): number {
  const first = new Date(Date.UTC(2025, 5 - monthsBefore, 1, 15));
  const daysToTuesday = (9 - first.getUTCDay()) % 7;
  return first.getTime() + daysToTuesday * 86_400_000;
}

async function extractSession(lake: LakeRuntime, monthsBefore: number): Promise<void> {
  const openMs = sessionOpenMs(monthsBefore);
  await extract(lake, openMs, openMs + 26 * tickMs);
}

async function extract(lake: LakeRuntime, fromMs: number, toMs: number): Promise<void> {
  await lake.extract({
    version: 1,
    kind: "extract",
    assetClass: "stock",
    interval: "15min",
    provider: "synthetic",
    trigger: "bench",
    scheduledTime: new Date(toMs).toISOString(),
    window: { fromMs, toMs },
  });
}

/** Each call is the next tick of the day. */
function ticker(lake: LakeRuntime) {
  let nowMs = dayOpenMs;
  return async () => {
    const before = process.cpuUsage();
    await extract(lake, nowMs, nowMs + tickMs);
    await lake.drain();
    nowMs += tickMs;
    const { user, system } = process.cpuUsage(before);
    return { cpuMs: (user + system) / 1_000 };
  };
}
