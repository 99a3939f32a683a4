/** The job log: one row per run, stage and shard, written when the job ends, well or badly. */
import { concatBatches, fromRows, takeRows, toRows, type Batch } from "../columnar/batch.ts";
import { decodeParquet, encodeParquet } from "../columnar/parquet.ts";
import { describeError } from "../errors.ts";
import { jobLogKey, type Series } from "../lake/keys.ts";
import { eltJobLog, type Row } from "../tables/index.ts";
import type { PipelineContext, StageResult } from "./context.ts";
import { rewriteObject } from "./rewrite.ts";

export type Stage = "load" | "extract" | "transform" | "indicators" | "rebuild";

export interface Job extends Series {
  readonly stage: Stage;
  readonly runId: string;
  readonly scheduledMs: number;
  /** Null where the job spans all shards. */
  readonly shard: number | null;
  /** What triggered it. */
  readonly detail: string | null;
}

/** A job that had nothing to do, and why. */
export interface Skipped {
  readonly skipped: string;
}

const detailLengthMax = 1_000;
const nothing: StageResult = {
  rowsIn: 0,
  rowsOut: 0,
  rowsRejected: 0,
  bytesIn: 0,
  bytesOut: 0,
  newestBarMs: null,
};

/** Runs a job and logs how it ended. A failure is logged and thrown on. A job that was skipped did nothing. */
export async function logJob<Result extends StageResult>(
  context: PipelineContext,
  job: Job,
  run: () => Promise<Result | Skipped>,
): Promise<Result | StageResult> {
  const startedMs = context.clock.nowMs();
  const write = (status: string, detail: string | null, result: StageResult) =>
    writeRow(context, job, {
      run_id: job.runId,
      stage: job.stage,
      asset_class: job.assetClass,
      interval: job.interval,
      shard: job.shard,
      status,
      detail: detail === null ? null : detail.slice(0, detailLengthMax),
      scheduled_at: job.scheduledMs,
      started_at: startedMs,
      duration_ms: context.clock.nowMs() - startedMs,
      rows_in: result.rowsIn,
      rows_out: result.rowsOut,
      rows_rejected: result.rowsRejected,
      bytes_in: result.bytesIn,
      bytes_out: result.bytesOut,
    });
  let outcome: Result | Skipped;
  try {
    outcome = await run();
  } catch (error) {
    await write("failed", describeError(error), nothing);
    throw error;
  }
  if ("skipped" in outcome) {
    await write("skipped", outcome.skipped, nothing);
    return nothing;
  }
  const detail = [job.detail, outcome.note].filter((text) => text != null).join("; ");
  await write(outcome.isPartial === true ? "partial" : "succeeded", detail === "" ? null : detail, outcome);
  return outcome;
}

async function writeRow(context: PipelineContext, job: Job, row: Row<typeof eltJobLog>): Promise<void> {
  const key = jobLogKey(job.scheduledMs, job.stage, job, job.shard);
  await rewriteObject(context, context.stores.curated, key, async (current) => {
    const added = fromRows(eltJobLog, [row]);
    if (current === null) return encodeParquet(eltJobLog, added);
    const known = await decodeParquet(eltJobLog, key, current.bytes);
    return encodeParquet(eltJobLog, concatBatches(eltJobLog, [withoutRun(known, row.run_id), added]));
  });
}

/** The rows of all jobs of a stage that worked on a series for a scheduled time. */
export async function readJobs(
  { stores }: Pick<PipelineContext, "stores">,
  { stage, scheduledMs, shard, ...series }: Omit<Job, "runId" | "detail">,
): Promise<Row<typeof eltJobLog>[]> {
  const key = jobLogKey(scheduledMs, stage, series, shard);
  const stored = await stores.curated.get(key);
  if (stored === null) return [];
  const rows = toRows(eltJobLog, await decodeParquet(eltJobLog, key, stored.bytes));
  return rows.filter(({ scheduled_at: scheduledAt }) => scheduledAt === scheduledMs);
}

/** A retried job replaces its row. */
function withoutRun(log: Batch<typeof eltJobLog>, runId: string): Batch<typeof eltJobLog> {
  const code = log.columns.run_id.values.indexOf(runId);
  const rows = Uint32Array.from({ length: log.rowCount }, (_, row) => row);
  return takeRows(
    eltJobLog,
    log,
    rows.filter((row) => log.columns.run_id.codes[row] !== code),
  );
}
