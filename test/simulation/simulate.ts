/**
 * The whole pipeline on in-memory ports under a seeded scheduler: jobs, workers, faults, then every check. One seed is
 * one course of events.
 */
import type { PipelineContext } from "../../core/pipeline/context.ts";
import { intervalMs } from "../../core/market.ts";
import type { ReceivedMessage } from "../../core/ports.ts";
import { planRebuild, rebuildShard } from "../../core/pipeline/rebuild.ts";
import { MemoryObjectStore } from "../../local/memory/memory-object-store.ts";
import type { MemoryWorkQueue } from "../../local/memory/memory-work-queue.ts";
import {
  checkBars,
  checkIndicators,
  checkObjects,
  checkQuarantine,
  checkSameLake,
  differences,
} from "./checks.ts";
import { csvFile } from "./files.ts";
import { readLake, readRaw } from "./lake-contents.ts";
import { drawOptions, type SeriesPlan, type SimulationOptions } from "./options.ts";
import { expectedLake, type RawFile } from "./oracle.ts";
import { Random } from "./random.ts";
import { barTimes } from "./vendor.ts";
import { World, type Job } from "./world.ts";

export interface SimulationReport {
  readonly seed: number;
  readonly options: SimulationOptions;
  /** What did not hold; empty where all is well. */
  readonly problems: readonly string[];
  /** Port calls. */
  readonly steps: number;
  readonly receivedRows: number;
  readonly damagedObjects: number;
}

export async function simulate(
  seed: number,
  options: SimulationOptions = drawOptions(seed),
): Promise<SimulationReport> {
  const random = new Random(seed);
  const world = new World(options, random);
  const problems: string[] = [];
  const jobs = random.shuffled(options.series.flatMap((plan) => jobsOf(plan, options, random)));
  await world.run(jobs, options.rebuildsMeanwhile);
  const damaged = world.saboteur.wholes;
  problems.push(...(await checkRest(world, new Set(damaged.keys())).then(prefixed("at rest"))));

  await repair(world);
  await world.run([], false);
  const files = await readRaw(world.raw, new Set());
  problems.push(...(await checkRest(world, new Set()).then(prefixed("after repair"))));
  problems.push(...checkHandovers(world, files));
  problems.push(...checkFiles(jobs, files));
  problems.push(...world.lanes.problems);
  problems.push(...(await checkRebuilds(world, files)));
  return {
    seed,
    options,
    problems,
    steps: world.scheduler.steps,
    receivedRows: files.reduce((sum, { rows }) => sum + rows.length, 0),
    damagedObjects: damaged.size,
  };
}

const prefixed = (when: string) => (problems: readonly string[]) =>
  problems.map((problem) => `${when}: ${problem}`);

/**
 * Ticks at which a series is extracted from each provider, the last of them after its last bar; backfills of stretches
 * of it; and files to load.
 */
function jobsOf(plan: SeriesPlan, options: SimulationOptions, random: Random): Job[] {
  const { assetClass, interval, symbols, ticks } = plan;
  const times = barTimes(plan);
  const endMs = times.at(-1)! + intervalMs[interval];
  const extracts = plan.providers.flatMap((provider) =>
    Array.from({ length: ticks }, (_, tick): Job => {
      const isLast = tick === ticks - 1;
      const scheduledMs = isLast ? endMs : random.pick(times) + random.int(0, intervalMs[interval] - 1);
      return {
        extract: {
          version: 1,
          kind: "extract",
          assetClass,
          interval,
          provider,
          scheduledTime: new Date(scheduledMs).toISOString(),
          trigger: isLast || random.chance(0.7) ? "cli" : "schedule",
          symbols: [...symbols],
          ...(isLast || random.chance(0.5) ? {} : { window: stretch(times, random) }),
        },
      };
    }),
  );
  const files = Array.from({ length: plan.files }, (_, i): Job => ({
    load: csvFile(plan, i, options.vendor, random),
  }));
  return [...extracts, ...files];
}

function stretch(times: readonly number[], random: Random): { fromMs: number; toMs: number } {
  const [fromMs, toMs] = [random.pick(times), random.pick(times)].sort((a, b) => a - b) as [number, number];
  return { fromMs, toMs: toMs + 1 };
}

/** Everything that holds whenever nothing is in flight. `damaged` raw objects cannot be read. */
async function checkRest(world: World, damaged: ReadonlySet<string>): Promise<string[]> {
  const { settings } = world.options;
  const files = await readRaw(world.raw, damaged);
  const expected = expectedLake(files, settings.providerPriority, Infinity);
  const lake = await readLake(world.curated);
  return [
    ...checkBars(lake, expected, settings),
    ...checkQuarantine(lake, expected),
    ...checkIndicators(lake),
    ...checkObjects(lake),
    ...(await checkDeadLetters(world, damaged)),
  ];
}

/**
 * Every damaged object is named by a dead letter, and the cause of every dead letter is a damaged object. A message that
 * names several of them tells the first as its cause.
 */
async function checkDeadLetters(world: World, damaged: ReadonlySet<string>): Promise<string[]> {
  const letters: ReceivedMessage[] = [];
  for (const queue of [world.queues.transformDead, world.queues.indicatorsDead])
    letters.push(...(await peek(queue)));
  const causes = letters.map(({ attributes }) => attributes["cause"] ?? "no cause");
  const named = [...damaged].filter((key) => letters.some(({ body }) => body.includes(key)));
  const strange = causes.filter((cause) => ![...damaged].some((key) => cause.includes(key)));
  return [
    ...differences("damaged objects named by dead letters", named, [...damaged]),
    ...strange.map((cause) => `dead letter without need: ${cause}`),
  ];
}

/** Everything in a queue, which stays there. */
async function peek(queue: MemoryWorkQueue) {
  const all: ReceivedMessage[] = [];
  for (;;) {
    const messages = await queue.receive({ maxMessages: 10, visibilityTimeoutMs: 1 });
    all.push(...messages);
    if (messages.length === 0) break;
  }
  for (const { receiptHandle } of all) await queue.release(receiptHandle, 0);
  return all;
}

/** Someone restores the damaged objects and redrives the dead letters. */
async function repair(world: World): Promise<void> {
  for (const [key, bytes] of world.saboteur.wholes) await world.raw.put(key, bytes);
  const { transform, transformDead } = world.queues;
  for (const { body, attributes, receiptHandle } of await peek(transformDead)) {
    await transform.send([{ body, attributes }]);
    await transformDead.acknowledge(receiptHandle);
  }
}

/** What providers handed over in runs that ended well is in the raw zone, row for row. */
function checkHandovers({ handedOver }: World, files: readonly RawFile[]): string[] {
  const stored = new Set(files.flatMap(({ rows }) => rows.map((row) => JSON.stringify(row))));
  return handedOver
    .map((row) => JSON.stringify(row))
    .filter((row) => !stored.has(row))
    .map((row) => `received and not in the raw zone: ${row}`);
}

/** Every line of a loaded file is a raw row, once for each time that it stands there. */
function checkFiles(jobs: readonly Job[], files: readonly RawFile[]): string[] {
  const loaded = jobs.flatMap((job) => ("load" in job ? [job.load] : []));
  const lines = loaded.reduce((sum, { text }) => sum + text.trimEnd().split("\n").length - 1, 0);
  const rows = files.flatMap((file) => file.rows).filter(({ provider }) => provider === "csv").length;
  return lines === rows ? [] : [`files have ${lines} lines, the raw zone has ${rows} rows of them`];
}

/** A rebuild in an empty lake and one in the present lake give what the pipeline gave; one as of T what was known at T. */
async function checkRebuilds(world: World, files: readonly RawFile[]): Promise<string[]> {
  const { settings } = world.options;
  const incremental = await readLake(world.curated);
  const fresh = new MemoryObjectStore();
  await rebuild(world.calmContext(fresh), Infinity);
  const problems = checkSameLake("rebuild of an empty lake", await readLake(fresh), incremental);
  const received = files.flatMap(({ rows }) => rows.map((row) => row.ingested_at));
  if (received.length === 0) return problems;

  const asOfMs = world.random.pick(received) - world.random.int(0, 1);
  const expected = expectedLake(files, settings.providerPriority, asOfMs);
  await rebuild(world.calmContext(), asOfMs);
  const past = await readLake(world.curated);
  problems.push(
    ...[
      ...checkBars(past, expected, settings),
      ...checkQuarantine(past, expected),
      ...checkIndicators(past),
      ...checkObjects(past),
    ].map((problem) => `as of ${asOfMs}: ${problem}`),
  );
  await rebuild(world.calmContext(), Infinity);
  return [
    ...problems,
    ...checkSameLake("rebuild of the present lake", await readLake(world.curated), incremental),
  ];
}

async function rebuild(context: PipelineContext, asOfMs: number): Promise<void> {
  for (const wave of await planRebuild(context)) {
    for (const task of wave) await rebuildShard(context, task, { runId: `rebuild-${asOfMs}`, asOfMs });
  }
}
