/** A fresh process that loads one file into a new lake and works until it is done; prints what that cost as JSON. */
import { LakeRuntime } from "../../local/runtime.ts";
import { peakMemoryMb } from "./peak-memory.ts";

const [directory, path, threads] = process.argv.slice(2) as [string, string, string];
const startedMs = performance.now();
const lake = await LakeRuntime.open(directory, { create: true, threads: Number(threads) });
const openedCpu = process.cpuUsage();
const openedMs = performance.now();
const file = {
  path,
  assetClass: "stock",
  interval: "1d",
  adjustment: "split",
  currency: null,
  provider: "csv",
} as const;
const [outcome] = await lake.load([file]);
if (outcome === undefined || "error" in outcome) throw outcome?.error;
await lake.drain();
const cpu = process.cpuUsage(openedCpu);
const doneMs = performance.now();
const peakMb = peakMemoryMb();
const written = await lake.query(
  "select sum(bytes_out) from elt_job_log where stage in ('transform', 'indicators')",
);
await lake.close();
console.log(
  JSON.stringify({
    bars: outcome.result.rowsIn,
    openMs: openedMs - startedMs,
    wallSeconds: (doneMs - openedMs) / 1_000,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    peakMb,
    bytesReceived: outcome.result.bytesIn,
    bytesRewritten: Number(written.rows[0]![0]),
  }),
);
