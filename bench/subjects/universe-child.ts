/** A fresh process that plans and cuts up work for a universe of symbols; prints what that cost as JSON. */
import { parseConfig } from "../../core/config/index.ts";
import type { ExtractRequest } from "../../core/messages/index.ts";
import { planRuns } from "../../core/pipeline/extract-plan.ts";
import { planBackfill, planTick } from "../../core/plan/index.ts";
import { peakMemoryMb } from "./peak-memory.ts";

const [work, count] = process.argv.slice(2) as [Work, string];
const atMs = Date.UTC(2026, 10, 18, 12);
const window = { fromMs: Date.UTC(2021, 10, 18), toMs: atMs };
const shardCount = 64;
const symbols = Array.from({ length: Number(count) }, (_, i) => `S${i}`);
const config = parseConfig(
  JSON.stringify({ markets: { stock: { shards: shardCount } }, providers: { fmp: { plan: "ultimate" } } }),
  "bench",
);
const wishes = [{ assetClass: "stock", interval: "1d", symbols }] as const;
const request: ExtractRequest = {
  version: 1,
  kind: "extract",
  assetClass: "stock",
  interval: "1d",
  scheduledTime: new Date(atMs).toISOString(),
  trigger: "bench",
};

/** Each returns into how many calls or runs it has cut the work. */
const works = {
  tick: () => planTick({ config, provider: "fmp", wishes, atMs })[0]!.calls,
  backfill: () => planBackfill({ config, provider: "fmp", wishes, atMs, window })[0]!.calls,
  runs: () => planRuns(request, symbols, { shardCount, symbolsMax: 1_000 }).length,
};
type Work = keyof typeof works;

const before = process.cpuUsage();
const pieces = works[work]();
const { user, system } = process.cpuUsage(before);
const peakMb = peakMemoryMb();
console.log(JSON.stringify({ pieces, cpuMs: (user + system) / 1_000, peakMb }));
