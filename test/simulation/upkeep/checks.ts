/** What must hold when a lake that was kept current has come to rest. */
import { toRows } from "../../../core/columnar/batch.ts";
import { decodeParquet } from "../../../core/columnar/parquet.ts";
import { parseWatermarkKey, watermarksPrefix } from "../../../core/lake/keys.ts";
import type { ReceivedMessage, WorkQueue } from "../../../core/ports.ts";
import { policyOf } from "../../../core/settings.ts";
import { readWatermarks } from "../../../core/pipeline/watermarks.ts";
import { barsTableOf, quarantine } from "../../../core/tables/index.ts";
import type { KeptLake } from "./upkeep.ts";
import { barsWithin, minuteMs } from "./plan.ts";

const dayMs = 86_400_000;

export async function checkUpkeep(lake: KeptLake): Promise<string[]> {
  return [
    ...(await checkBars(lake)),
    ...(await checkMarks(lake)),
    ...(await checkQueues(lake)),
    ...checkBudgets(lake),
  ];
}

/** Every bar of the days and of the backfill is there, final, with the price that vendors tell at last; no other is. */
async function checkBars({ plan, curated, vendors }: KeptLake): Promise<string[]> {
  const table = barsTableOf(plan.interval);
  const problems: string[] = [];
  const missing = new Set(
    [{ fromMs: plan.startMs, toMs: plan.endMs }, ...(plan.backfill === null ? [] : [plan.backfill])].flatMap(
      ({ fromMs, toMs }) =>
        barsWithin(plan.interval, fromMs, toMs).flatMap((ts) =>
          plan.symbols.map((symbol) => `${symbol} ${iso(ts)}`),
        ),
    ),
  );
  for await (const { key } of curated.list(table.prefix)) {
    for (const row of toRows(table, await decodeParquet(table, key, (await curated.get(key))!.bytes))) {
      const name = `${row.symbol} ${iso(row.ts)}`;
      const wanted = vendors.closeAt(row.symbol, row.ts, plan.endMs);
      missing.delete(name);
      if (!row.is_final) problems.push(`${name} is provisional for ever`);
      if (row.close !== wanted) {
        problems.push(
          `${name} closes at ${row.close} (${row.provider}, ${iso(row.ingested_at)}), expected ${wanted}`,
        );
      }
    }
  }
  for await (const { key } of curated.list(quarantine.prefix)) problems.push(`${key} exists`);
  return [...problems, ...[...missing].map((name) => `${name} is not in the lake`)];
}

/** Histories that vendors have rewritten have been asked for again, to the end. */
async function checkMarks({ curated }: KeptLake): Promise<string[]> {
  const problems: string[] = [];
  for await (const { key } of curated.list(watermarksPrefix)) {
    for (const [symbol, { staleToMs }] of await readWatermarks(
      { stores: { curated } },
      parseWatermarkKey(key)!,
    )) {
      if (staleToMs !== undefined) problems.push(`${key}: ${symbol} is stale to ${iso(staleToMs)}`);
    }
  }
  return problems;
}

/** Of what vendors and faults can make of a request, three times in a row. */
const expectedCauses = [
  "is no JSON",
  "is down",
  "does not know it",
  "took effect",
  "3 times without success",
  "changed by others",
  "refused",
];

async function deadLetters(queue: WorkQueue): Promise<ReceivedMessage[]> {
  const letters: ReceivedMessage[] = [];
  for (;;) {
    const some = await queue.receive({ maxMessages: 10, visibilityTimeoutMs: 10 * minuteMs });
    if (some.length === 0) return letters;
    letters.push(...some);
  }
}

async function checkQueues({ queues }: KeptLake): Promise<string[]> {
  const problems: string[] = [];
  for (const name of ["requests", "transform"] as const) {
    const { visible, inFlight } = await queues[name].depth();
    if (visible + inFlight > 0) problems.push(`${visible + inFlight} messages are left in ${name}`);
  }
  for (const { attributes } of await deadLetters(queues.dead)) {
    const { cause = "no cause" } = attributes;
    if (!expectedCauses.some((text) => cause.includes(text)))
      problems.push(`dead letter without need: ${cause}`);
  }
  return problems;
}

/** As the vendors count: per day, and within every minute wherever it begins. */
function checkBudgets({ plan, vendors }: KeptLake): string[] {
  const problems: string[] = [];
  for (const [provider, calls] of Map.groupBy(vendors.calls, (call) => call.provider)) {
    const { callsPerDay, callsPerMinute } = policyOf(plan.settings, provider).calls;
    const times = calls.map(({ atMs }) => atMs);
    for (const [day, ofDay] of Map.groupBy(times, (atMs) => Math.floor(atMs / dayMs))) {
      if (ofDay.length > (callsPerDay ?? Infinity))
        problems.push(
          `${provider}: ${ofDay.length} calls on ${iso(day * dayMs)}, the plan has ${callsPerDay}`,
        );
    }
    const tooMany = times.findIndex(
      (atMs, i) => atMs - (times[i - (callsPerMinute ?? Infinity)] ?? -Infinity) < minuteMs,
    );
    if (tooMany >= 0)
      problems.push(
        `${provider}: more than ${callsPerMinute} calls in the minute before ${iso(times[tooMany]!)}`,
      );
  }
  return problems;
}

const iso = (tsMs: number) => new Date(tsMs).toISOString();
