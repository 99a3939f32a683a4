/** rebuild: the curated zone made afresh from the raw zone, as it is known now or as it was known at a time. */
import type { ActionRow } from "../actions/actions.ts";
import type { Bars } from "../bars/bars.ts";
import { UnreadableObjectError } from "../errors.ts";
import { splitByPeriod } from "../bars/periods.ts";
import { takeRows } from "../columnar/batch.ts";
import {
  barsKey,
  barsPrefix,
  checkpointPrefix,
  indicatorsPrefix,
  parseRawBarsKey,
  parseShardObjectKey,
  quarantineKey,
  type ShardOfSeries,
} from "../lake/keys.ts";
import { assetClasses, intervals, type Period } from "../market.ts";
import type { RawSource } from "../messages/index.ts";
import type { ObjectStore } from "../ports.ts";
import { rawBars } from "../tables/index.ts";
import { listRawActions, readRawActions, rewriteActions } from "./actions-object.ts";
import { derivedFrom, rewriteBars, type RewriteMode } from "./bars-object.ts";
import type { PipelineContext, StageResult } from "./context.ts";
import { recomputeIndicators } from "./indicate.ts";
import { logJob } from "./job-log.ts";
import { timeRange } from "./raw-groups.ts";
import { judgeRawObject, readRawObject, type RawObject } from "./raw-sources.ts";
import { planWindows } from "./windows.ts";

/** One shard of one series with the raw objects that feed it: the unit of rebuilding, independent of all others. */
export interface RebuildTask extends ShardOfSeries {
  readonly rawKeys: readonly string[];
  /** Raw objects of corporate actions: those of the shard belong to the task of its daily bars. */
  readonly actionKeys: readonly string[];
}

export interface RebuildOptions {
  /** Identifies the rebuild in the job log. */
  readonly runId: string;
  /** Rows received later than this (UTC ms) are left out; Infinity for all. */
  readonly asOfMs: number;
}

/**
 * What there is to rebuild: every shard that has raw objects or curated objects. A series derived from another comes
 * after its source; tasks with different `wave` numbers must not run at the same time.
 */
export async function planRebuild(context: PipelineContext): Promise<RebuildTask[][]> {
  const tasks = new Map<string, ShardOfSeries & { rawKeys: string[]; actionKeys: string[] }>();
  const taskOf = (shard: ShardOfSeries) => {
    const id = `${shard.assetClass}/${shard.interval}/${shard.shard}`;
    const { assetClass, interval, shard: number } = shard;
    const task = tasks.get(id) ?? { assetClass, interval, shard: number, rawKeys: [], actionKeys: [] };
    tasks.set(id, task);
    return task;
  };
  for await (const { key } of context.stores.raw.list(rawBars.prefix)) {
    const location = parseRawBarsKey(key);
    if (location === null) {
      throw new UnreadableObjectError(
        key,
        `is not named like a raw bars object; move it out of "${rawBars.prefix}"`,
      );
    }
    taskOf(location).rawKeys.push(key);
    const derived = derivedFrom(location);
    if (derived !== null) taskOf({ ...derived, shard: location.shard });
  }
  for await (const { key, assetClass, shard } of listRawActions(context.stores.raw)) {
    taskOf({ assetClass, interval: "1d", shard }).actionKeys.push(key);
  }
  for (const assetClass of assetClasses) {
    for (const interval of intervals) {
      for await (const { key } of context.stores.curated.list(barsPrefix({ assetClass, interval }))) {
        const parsed = parseShardObjectKey(key);
        if (parsed !== null) taskOf({ assetClass, interval, shard: parsed.shard });
      }
    }
  }
  const all = [...tasks.values()];
  const targets = all.filter((task) => all.some((other) => isTargetOf(task, other)));
  // Exchange rates are an input of the others.
  const rates = all.filter((task) => task.assetClass === "forex" && task.interval === "1d");
  const others = all.filter((task) => !targets.includes(task) && !rates.includes(task));
  return [rates, others, targets].filter((wave) => wave.length > 0);
}

function isTargetOf(task: ShardOfSeries, source: ShardOfSeries): boolean {
  const derived = derivedFrom(source);
  return derived !== null && derived.assetClass === task.assetClass && derived.interval === task.interval;
}

/** Rebuilds one shard: bars, quarantine, indicators and checkpoints. Objects that no longer have rows are deleted. */
export async function rebuildShard(
  context: PipelineContext,
  task: RebuildTask,
  options: RebuildOptions,
): Promise<StageResult> {
  const { assetClass, interval, shard } = task;
  const job = {
    stage: "rebuild",
    runId: options.runId,
    scheduledMs: context.clock.nowMs(),
    shard,
    assetClass,
    interval,
    detail: options.asOfMs === Infinity ? null : `as of ${new Date(options.asOfMs).toISOString()}`,
  } as const;
  return logJob(context, job, async () => {
    const tally = {
      rowsIn: 0,
      rowsOut: 0,
      rowsRejected: 0,
      bytesIn: 0,
      bytesOut: 0,
      newestBarMs: null as number | null,
    };
    const mode: RewriteMode = { kind: "replace", sources: new Set(task.rawKeys) };
    const sources = await describeSources(context, task, options, tally);
    const written = new Set<Period>();
    const quarantined = new Set<string>();
    for (const window of planWindows(sources, interval)) {
      const incoming = new Map<Period, Bars[]>();
      for (const { key } of window.sources) {
        const judged = await judgeRawObject(context, await readKnownRows(context, key, options.asOfMs));
        if (judged.rejectedCount > 0 && !quarantined.has(key)) {
          quarantined.add(key);
          tally.rowsRejected += judged.rejectedCount;
        }
        for (const [period, bars] of splitByPeriod(judged.accepted, interval, window.fromMs, window.toMs)) {
          incoming.set(period, [...(incoming.get(period) ?? []), bars]);
        }
      }
      for (const [period, bars] of incoming) {
        const result = await rewriteBars(context, { ...task, period }, bars, mode);
        written.add(period);
        tally.rowsOut += result.rowCount;
        tally.bytesOut += result.bytesWritten;
      }
    }
    await refreshOtherPeriods(context, task, written, mode);
    await deleteStaleQuarantine(context, task, quarantined);
    await deletePeriodsWithoutBars(context, task);
    if (interval === "1d") await rebuildActions(context, task, options);
    const indicators = await recomputeIndicators(context, task);
    return { ...tally, newestBarMs: indicators.newestBarMs };
  });
}

async function rebuildActions(
  context: PipelineContext,
  task: RebuildTask,
  { asOfMs }: RebuildOptions,
): Promise<void> {
  const known: ActionRow[] = [];
  for (const key of task.actionKeys) {
    const { rows } = await readRawActions(context, key);
    known.push(...rows.filter(({ ingested_at }) => ingested_at <= asOfMs));
  }
  await rewriteActions(context, task, known, { kind: "replace", sources: new Set(task.actionKeys) });
}

/** The raw rows of an object that were known at a time. */
async function readKnownRows(context: PipelineContext, key: string, asOfMs: number): Promise<RawObject> {
  const object = await readRawObject(context, key);
  const { ingested_at: ingestedAt } = object.rows.columns;
  if (ingestedAt.every((time) => time <= asOfMs)) return object;
  const rows = Uint32Array.from({ length: ingestedAt.length }, (_, row) => row).filter(
    (row) => ingestedAt[row]! <= asOfMs,
  );
  return { ...object, rows: takeRows(rawBars, object.rows, rows) };
}

/** Row counts and time ranges for planning, of the objects that had rows at the time. */
async function describeSources(
  context: PipelineContext,
  task: RebuildTask,
  options: RebuildOptions,
  tally: { rowsIn: number; rowsRejected: number; bytesIn: number },
): Promise<RawSource[]> {
  const sources: RawSource[] = [];
  for (const key of task.rawKeys) {
    const { rows, sizeBytes } = await readKnownRows(context, key, options.asOfMs);
    tally.bytesIn += sizeBytes;
    tally.rowsIn += rows.rowCount;
    if (rows.rowCount > 0) sources.push({ key, rows: rows.rowCount, ...timeRange(rows.columns.ts) });
  }
  return sources;
}

/** Periods that raw rows of this series no longer reach: they hold derived bars, or nothing. */
async function refreshOtherPeriods(
  context: PipelineContext,
  task: RebuildTask,
  written: ReadonlySet<Period>,
  mode: RewriteMode,
): Promise<void> {
  for (const period of await periodsOf(context.stores.curated, barsPrefix(task), task.shard)) {
    if (!written.has(period)) await rewriteBars(context, { ...task, period }, [], mode);
  }
  for (const source of derivationSources(task)) {
    for (const period of await periodsOf(context.stores.curated, barsPrefix(source), task.shard)) {
      if (!written.has(period)) await rewriteBars(context, { ...task, period }, [], mode);
    }
  }
}

function derivationSources(task: ShardOfSeries): ShardOfSeries[] {
  return intervals
    .map((interval) => ({ assetClass: task.assetClass, interval, shard: task.shard }))
    .filter((source) => isTargetOf(task, source));
}

async function periodsOf(store: ObjectStore, prefix: string, shard: number): Promise<Period[]> {
  const periods: Period[] = [];
  for await (const { key } of store.list(prefix)) {
    const parsed = parseShardObjectKey(key);
    if (parsed?.shard === shard) periods.push(parsed.period);
  }
  return periods;
}

/** Quarantine of raw objects that have no bad rows, or none that were known yet. That follows from what never changes. */
async function deleteStaleQuarantine(
  context: PipelineContext,
  task: RebuildTask,
  quarantined: ReadonlySet<string>,
): Promise<void> {
  for (const key of task.rawKeys) {
    if (!quarantined.has(key)) await context.stores.curated.delete(quarantineKey(parseRawBarsKey(key)!));
  }
}

/**
 * Indicators and checkpoints of periods that have no bars (any more). Bars that come after these were listed bring new
 * versions of them, which stay; where the new versions have the same bytes, the recomputation that follows writes them again.
 */
async function deletePeriodsWithoutBars(context: PipelineContext, task: RebuildTask): Promise<void> {
  const { curated } = context.stores;
  const hasBars = async (period: Period) => (await curated.head(barsKey(task, period, task.shard))) !== null;
  for await (const { key, etag } of curated.list(indicatorsPrefix(task))) {
    const location = parseShardObjectKey(key);
    if (location?.shard !== task.shard || (await hasBars(location.period))) continue;
    await curated.delete(key, { etag });
  }
  const prefix = checkpointPrefix(task, task.shard);
  for await (const { key, etag } of curated.list(prefix)) {
    if (!(await hasBars(key.slice(prefix.length)))) await curated.delete(key, { etag });
  }
}
