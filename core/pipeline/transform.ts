/** transform: raw objects of one shard into validated, scored and merged curated bars. */
import type { Bars } from "../bars/bars.ts";
import { splitByPeriod } from "../bars/periods.ts";
import type { Series } from "../lake/keys.ts";
import type { Period } from "../market.ts";
import type { RawSource, TransformMessage } from "../messages/index.ts";
import { derivedFrom, rewriteBars } from "./bars-object.ts";
import { sendMessages, type PipelineContext, type StageResult } from "./context.ts";
import { logJob } from "./job-log.ts";
import { judgeRawObject, readRawObject } from "./raw-sources.ts";
import { planWindows, type Window } from "./windows.ts";

/**
 * Brings the curated bars of one shard up to date with the raw objects that the messages name, each output object
 * rewritten once, and asks for indicators from the first period touched. All messages are of one series and shard.
 *
 * @throws UnreadableObjectError that names a broken raw object; nothing of that object has been taken then.
 */
export async function transform(
  context: PipelineContext,
  messages: readonly TransformMessage[],
): Promise<StageResult> {
  const { assetClass, interval, shard, runId, scheduledMs } = messages[0]!;
  const job = { stage: "transform", runId, scheduledMs, shard, detail: null, assetClass, interval } as const;
  return logJob(context, job, () => transformShard(context, messages));
}

async function transformShard(context: PipelineContext, messages: readonly TransformMessage[]): Promise<StageResult> {
  const { assetClass, interval, shard, runId, scheduledMs } = messages[0]!;
  const target = { assetClass, interval, shard };
  const tally = new TransformTally();
  for (const window of planWindows(distinctSources(messages), interval)) {
    await transformWindow(context, target, window, tally);
  }
  const firstPeriod = tally.firstPeriod;
  if (firstPeriod !== null) {
    const derived = derivedFrom(target);
    const changed: Series[] = derived === null ? [target] : [target, derived];
    await sendMessages(
      context.queues.indicators,
      changed.map((series) => ({
        version: 1,
        kind: "indicators",
        runId,
        scheduledMs,
        assetClass: series.assetClass,
        interval: series.interval,
        shard,
        fromPeriod: firstPeriod,
      })),
      runId,
    );
  }
  return tally.result();
}

async function transformWindow(
  context: PipelineContext,
  target: Series & { readonly shard: number },
  window: Window,
  tally: TransformTally,
): Promise<void> {
  const incoming = new Map<Period, Bars[]>();
  for (const { key } of window.sources) {
    const object = await readRawObject(context, key);
    const judged = await judgeRawObject(context, object);
    tally.read(key, object.rows.rowCount, object.sizeBytes, judged);
    for (const [period, bars] of splitByPeriod(
      judged.accepted,
      target.interval,
      window.fromMs,
      window.toMs,
    )) {
      incoming.set(period, [...(incoming.get(period) ?? []), bars]);
    }
  }
  for (const period of [...incoming.keys()].sort()) {
    const bars = incoming.get(period)!;
    incoming.delete(period);
    tally.wrote(period, bars, await rewriteBars(context, { ...target, period }, bars, "merge"));
    const derived = derivedFrom(target);
    if (derived !== null) {
      tally.wrote(
        period,
        [],
        await rewriteBars(context, { ...derived, period, shard: target.shard }, [], "merge"),
      );
    }
  }
}

/** Messages that were delivered twice, or of overlapping runs, name sources more than once. */
function distinctSources(messages: readonly TransformMessage[]): RawSource[] {
  const sources = new Map(
    messages.flatMap((message) => message.sources.map((source) => [source.key, source])),
  );
  return [...sources.values()];
}

class TransformTally {
  firstPeriod: Period | null = null;
  readonly #seen = new Set<string>();
  #rowsIn = 0;
  #rowsOut = 0;
  #rowsRejected = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  #newestBarMs = -Infinity;

  /** A source that stands in two windows is read twice but counted once. */
  read(
    key: string,
    rowCount: number,
    sizeBytes: number,
    judged: { rejectedCount: number; bytesWritten: number },
  ): void {
    this.#bytesIn += sizeBytes;
    this.#bytesOut += judged.bytesWritten;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#rowsIn += rowCount;
    this.#rowsRejected += judged.rejectedCount;
  }

  wrote(period: Period, bars: readonly Bars[], written: { bytesRead: number; bytesWritten: number }): void {
    if (this.firstPeriod === null || period < this.firstPeriod) this.firstPeriod = period;
    this.#bytesIn += written.bytesRead;
    this.#bytesOut += written.bytesWritten;
    for (const { rowCount, columns } of bars) {
      this.#rowsOut += rowCount;
      for (let row = 0; row < rowCount; row++) {
        if (columns.ts[row]! > this.#newestBarMs) this.#newestBarMs = columns.ts[row]!;
      }
    }
  }

  result(): StageResult {
    return {
      rowsIn: this.#rowsIn,
      rowsOut: this.#rowsOut,
      rowsRejected: this.#rowsRejected,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      newestBarMs: this.#newestBarMs === -Infinity ? null : this.#newestBarMs,
    };
  }
}
