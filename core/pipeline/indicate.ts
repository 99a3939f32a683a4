/** indicators: walks forward from the last good checkpoint over the bars of one shard, period by period. */
import { noSplits, splitAdjusted, type Splits } from "../actions/splits.ts";
import { decodeParquet, encodeParquet } from "../columnar/parquet.ts";
import { advanceIndicators, encodeCheckpoint, type IndicatorInput } from "../indicators/index.ts";
import {
  barsKey,
  barsPeriodPrefix,
  barsPrefix,
  indicatorsKey,
  parseShardObjectKey,
  type ShardOfSeries,
} from "../lake/keys.ts";
import type { Period } from "../market.ts";
import type { IndicatorMessage } from "../messages/index.ts";
import type { ObjectInfo, StoredObject } from "../ports.ts";
import { barsTableOf, indicatorsTableOf } from "../tables/index.ts";
import { sendMessages, type PipelineContext, type StageResult } from "./context.ts";
import { logJob } from "./job-log.ts";
import { rewriteObject } from "./rewrite.ts";
import { ShardCheckpoints } from "./shard-checkpoints.ts";
import { ShardSplits } from "./shard-splits.ts";

/**
 * Brings the indicators of one shard up to date from the first changed period on. All messages are of one series and
 * shard. Periods whose inputs have not changed since they were computed are skipped, so a message that was delivered
 * twice costs almost nothing. Past `deadlineMs` (clock time) the rest is handed on in a message.
 */
export async function indicate(
  context: PipelineContext,
  messages: readonly IndicatorMessage[],
  deadlineMs = Infinity,
): Promise<StageResult> {
  const { assetClass, interval, shard, runId, scheduledMs } = messages[0]!;
  const job = { stage: "indicators", runId, scheduledMs, shard, detail: null, assetClass, interval } as const;
  return logJob(context, job, () => walkForward(context, messages, deadlineMs));
}

async function walkForward(
  context: PipelineContext,
  messages: readonly IndicatorMessage[],
  deadlineMs: number,
): Promise<StageResult> {
  const first = messages[0]!;
  const fromPeriod = messages.map((message) => message.fromPeriod).sort()[0]!;
  const walk = new IndicatorWalk(context, first);
  const visited = new Set<Period>();
  let rest = await walk.periodsFrom(fromPeriod);
  while (rest.length > 0) {
    for (const period of rest) {
      // Only after a step, so that even the shortest invocation gets on.
      if (visited.size > 0 && context.clock.nowMs() > deadlineMs) {
        await sendMessages(context.queues.indicators, [{ ...first, fromPeriod: period }], first.runId);
        return walk.result();
      }
      await walk.advance(period, "if_changed");
      visited.add(period);
    }
    rest = await walk.periodsFromNew(visited);
  }
  return walk.result();
}

/** Recomputes the indicators of a shard from its first bar on, whatever the checkpoints say. */
export async function recomputeIndicators(
  context: PipelineContext,
  shard: ShardOfSeries,
): Promise<StageResult> {
  const walk = new IndicatorWalk(context, shard);
  const visited = new Set<Period>();
  let rest = await walk.allPeriods();
  while (rest.length > 0) {
    for (const period of rest) {
      await walk.advance(period, "always");
      visited.add(period);
    }
    rest = await walk.periodsFromNew(visited);
  }
  return walk.result();
}

/**
 * One walk over the periods of a shard. Several may walk at once: whatever a write follows from (bars, checkpoint
 * before) is read after the version that the write replaces, so no write follows from older inputs than the one it
 * replaces, and who changes a checkpoint goes on to the next period after that.
 */
class IndicatorWalk {
  readonly #context: PipelineContext;
  readonly #shard: ShardOfSeries;
  readonly #splits: ShardSplits;
  readonly #checkpoints: ShardCheckpoints;
  #result = {
    rowsIn: 0,
    rowsOut: 0,
    rowsRejected: 0,
    bytesIn: 0,
    bytesOut: 0,
    newestBarMs: null as number | null,
  };

  constructor(context: PipelineContext, shard: ShardOfSeries) {
    this.#context = context;
    this.#shard = shard;
    this.#splits = new ShardSplits(context, shard);
    this.#checkpoints = new ShardCheckpoints(context.stores.curated, shard, this.#splits);
  }

  result(): StageResult {
    return this.#result;
  }

  /** The periods from `from` on for which the shard has bars, in time order. */
  async allPeriods(from?: Period): Promise<Period[]> {
    const periods: Period[] = [];
    const startAfter = from === undefined ? undefined : barsPeriodPrefix(this.#shard, from);
    for await (const { key } of this.#context.stores.curated.list(barsPrefix(this.#shard), startAfter)) {
      const parsed = parseShardObjectKey(key);
      if (parsed?.shard === this.#shard.shard) periods.push(parsed.period);
    }
    return periods.sort();
  }

  /**
   * The periods to visit for a change in `fromPeriod`. A missing or outdated checkpoint moves the start back to where
   * one can be trusted, if need be to the first bar.
   */
  async periodsFrom(fromPeriod: Period): Promise<Period[]> {
    // The usual case first, whose cost must not grow with the history: the checkpoint before is there and sound.
    const before = await this.#checkpoints.periodBefore(fromPeriod);
    if (before !== null && (await this.#checkpoints.isSound(before))) {
      return (await this.allPeriods(before)).filter((period) => period > before);
    }
    const periods = await this.allPeriods();
    let start = periods.findIndex((period) => period >= fromPeriod);
    if (start < 0) return [];
    while (start > 0 && !(await this.#checkpoints.isSound(periods[start - 1]!))) start--;
    return periods.slice(start);
  }

  /**
   * The periods from the first one on that came after the walk began: another worker may have computed it from a
   * checkpoint that this walk has replaced since.
   */
  async periodsFromNew(visited: ReadonlySet<Period>): Promise<Period[]> {
    const began = [...visited].sort()[0]!;
    const periods = await this.allPeriods(began);
    const start = periods.findIndex((period) => period > began && !visited.has(period));
    return start < 0 ? [] : periods.slice(start);
  }

  /** Computes one period and writes its indicators and the checkpoint after it. */
  async advance(period: Period, when: "if_changed" | "always"): Promise<void> {
    const { curated } = this.#context.stores;
    const key = this.#checkpoints.keyOf(period);
    const { etag, bytes } = await rewriteObject(this.#context, curated, key, async (current) => {
      const bars = await curated.head(this.#barsKey(period));
      const keeps =
        bars === null ||
        (when === "if_changed" && current !== null && (await this.#isCurrent(period, current, bars)));
      const next = keeps ? null : await this.#compute(period);
      // Bars that vanished were taken away by a rebuild, which also looks after indicators and checkpoints.
      return next ?? current?.bytes ?? null;
    });
    if (etag !== null && bytes !== null) this.#checkpoints.saw(key, { bytes, etag });
  }

  /** Whether indicators and checkpoint of a period are what its inputs make of them. */
  async #isCurrent(period: Period, checkpoint: StoredObject, bars: ObjectInfo): Promise<boolean> {
    if (!(await this.#checkpoints.isCurrent(period, checkpoint, bars))) return false;
    return (await this.#context.stores.curated.head(this.#indicatorsKey(period))) !== null;
  }

  /** Writes the indicators of a period and returns the checkpoint after it; null where its bars have vanished. */
  async #compute(period: Period): Promise<Uint8Array | null> {
    const { curated } = this.#context.stores;
    const key = this.#indicatorsKey(period);
    let checkpoint: Uint8Array | null = null;
    const written = await rewriteObject(this.#context, curated, key, async (current) => {
      const { states, identity } = await this.#checkpoints.foundationOf(period);
      const barsKey = this.#barsKey(period);
      const object = await curated.get(barsKey);
      checkpoint = null;
      if (object === null) return current?.bytes ?? null;
      const splits = await this.#splits.now();
      const bars = await this.#decodeBars(barsKey, object.bytes, splits);
      const advanced = advanceIndicators(states(), bars);
      const header = { barsEtag: object.etag, previous: identity };
      checkpoint = encodeCheckpoint(
        splits === noSplits ? header : { ...header, splits: splits.identity },
        advanced.states,
      );
      this.#result.rowsIn += bars.rowCount;
      this.#result.rowsOut += advanced.rows.rowCount;
      this.#result.bytesIn += object.bytes.byteLength;
      this.#result.newestBarMs = bars.columns.ts.reduce(
        (a, b) => Math.max(a, b),
        this.#result.newestBarMs ?? -Infinity,
      );
      return encodeParquet(indicatorsTableOf(this.#shard.interval), advanced.rows);
    });
    this.#result.bytesOut += written.bytesWritten;
    return checkpoint;
  }

  /** Bars as indicators take them, in the shares of today. */
  async #decodeBars(key: string, bytes: Uint8Array, splits: Splits): Promise<IndicatorInput> {
    const table = barsTableOf(this.#shard.interval);
    if (splits === noSplits) return decodeParquet(table, key, bytes, { columns: inputColumns });
    const columns = [...inputColumns, "adjustment"] as const;
    return splitAdjusted(await decodeParquet(table, key, bytes, { columns }), splits);
  }

  #barsKey(period: Period): string {
    return barsKey(this.#shard, period, this.#shard.shard);
  }

  #indicatorsKey(period: Period): string {
    return indicatorsKey(this.#shard, period, this.#shard.shard);
  }
}

const inputColumns = ["symbol", "ts", "high", "low", "close", "ingested_at"] as const;
