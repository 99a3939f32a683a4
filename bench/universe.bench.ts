/** A universe of 100,000 symbols: what planning and cutting up its work costs in a fresh process. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { bench, type BenchResult, type Subject } from "./harness.ts";

const child = new URL("./subjects/universe-child.ts", import.meta.url).pathname;
const works = { tick: "plan of a daily tick", backfill: "plan of a backfill of 5 years", runs: "runs" };
const fewSymbols = 1_000;
const manySymbols = 100_000;

export async function run(): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const [work, name] of Object.entries(works)) {
    const result = await bench(`${name}, in a fresh process`, {
      item: "process",
      itemCount: 1,
      baseline: { [`${fewSymbols} symbols`]: inFreshProcess(work, fewSymbols) },
      candidates: { [`${manySymbols} symbols`]: inFreshProcess(work, manySymbols) },
      rounds: 5,
      warmUpRounds: 1,
    });
    results.push(result);
  }
  return results;
}

/** Facts: calls or runs into which the work is cut, processor time without the start, peak of the resident set. */
function inFreshProcess(work: string, symbolCount: number): Subject {
  const args = ["--disable-warning=ExperimentalWarning", child, work, String(symbolCount)];
  return async () => {
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return JSON.parse(stdout) as { pieces: number; cpuMs: number; peakMb: number };
  };
}
