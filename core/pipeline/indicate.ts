/** indicators: walks forward from the last good checkpoint over the bars of one shard, period by period. */
import { decodeParquet, encodeParquet } from "../columnar/parquet.ts";
import {
  advanceIndicators,
  decodeCheckpoint,
  decodeCheckpointHeader,
  encodeCheckpoint,
  IndicatorStates,
} from "../indicators/index.ts";
import { contentHash } from "../lake/content-hash.ts";
import {
  barsKey,
  barsPrefix,
  checkpointKey,
  indicatorsKey,
  parseShardObjectKey,
  type Series,
} from "../lake/keys.ts";
import type { Period } from "../market.ts";
import type { IndicatorMessage } from "../messages/index.ts";
import { barsTableOf, indicatorsTableOf } from "../tables/index.ts";
import { sendMessages, type PipelineContext, type StageResult } from "./context.ts";
import { logJob } from "./job-log.ts";
import { rewriteObject } from "./rewrite.ts";

export interface ShardOfSeries extends Series {
  readonly shard: number;
}

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
  for (const period of await walk.periodsFrom(fromPeriod)) {
    if (context.clock.nowMs() > deadlineMs) {
      await sendMessages(context.queues.indicators, [{ ...first, fromPeriod: period }], first.runId);
      break;
    }
    await walk.advance(period, "if_changed");
  }
  return walk.result();
}

/** Recomputes the indicators of a shard from its first bar on, whatever the checkpoints say. */
export async function recomputeIndicators(
  context: PipelineContext,
  shard: ShardOfSeries,
): Promise<StageResult> {
  const walk = new IndicatorWalk(context, shard);
  for (const period of await walk.allPeriods()) await walk.advance(period, "always");
  return walk.result();
}

/** The state of one walk: where it stands, and what it has done. */
class IndicatorWalk {
  readonly #context: PipelineContext;
  readonly #shard: ShardOfSeries;
  /** States at the end of the period before the next one; read lazily, as a skipped period does not need them. */
  #states: () => Promise<IndicatorStates> = () => Promise.resolve(IndicatorStates.empty());
  /** Identity of those states. */
  #previous = "";
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
  }

  result(): StageResult {
    return this.#result;
  }

  /** The periods for which the shard has bars, in time order. */
  async allPeriods(): Promise<Period[]> {
    const periods: Period[] = [];
    for await (const { key } of this.#context.stores.curated.list(barsPrefix(this.#shard))) {
      const parsed = parseShardObjectKey(key);
      if (parsed?.shard === this.#shard.shard) periods.push(parsed.period);
    }
    return periods.sort();
  }

  /**
   * The periods to visit for a change in `fromPeriod`, with the walk set to the checkpoint before them. A missing or
   * outdated checkpoint moves the start back to where one can be trusted, if need be to the first bar.
   */
  async periodsFrom(fromPeriod: Period): Promise<Period[]> {
    const periods = await this.allPeriods();
    let start = periods.findIndex((period) => period >= fromPeriod);
    if (start < 0) return [];
    while (start > 0 && !(await this.#standOn(periods[start - 1]!))) start--;
    return periods.slice(start);
  }

  /** Computes one period and writes its indicators and the checkpoint after it. */
  async advance(period: Period, when: "if_changed" | "always"): Promise<void> {
    const { stores } = this.#context;
    const key = checkpointKey(this.#shard, this.#shard.shard, period);
    const before = this.#states;
    const previous = this.#previous;
    await rewriteObject(this.#context, stores.curated, key, async (current) => {
      const barsEtag = (await stores.curated.head(this.#barsKey(period)))?.etag;
      // Bars that vanished were taken away by a rebuild, which also looks after indicators and checkpoints.
      if (barsEtag === undefined) return current?.bytes ?? null;
      if (
        when === "if_changed" &&
        current !== null &&
        (await this.#isCurrent(period, key, current.bytes, barsEtag))
      ) {
        this.#settle(key, current.bytes);
        return current.bytes;
      }
      const checkpoint = await this.#compute(period, await before(), previous);
      if (checkpoint !== null) this.#settle(key, checkpoint);
      return checkpoint;
    });
  }

  /** Stands the walk on the checkpoint of a period, if that agrees with the bars it was computed from. */
  async #standOn(period: Period): Promise<boolean> {
    const { curated } = this.#context.stores;
    const key = checkpointKey(this.#shard, this.#shard.shard, period);
    const [checkpoint, bars] = [await curated.get(key), await curated.head(this.#barsKey(period))];
    if (checkpoint === null || decodeCheckpointHeader(key, checkpoint.bytes).barsEtag !== bars?.etag)
      return false;
    this.#settle(key, checkpoint.bytes);
    return true;
  }

  #settle(key: string, checkpoint: Uint8Array): void {
    this.#states = () => Promise.resolve(decodeCheckpoint(key, checkpoint).states);
    this.#previous = contentHash(checkpoint);
  }

  async #isCurrent(period: Period, key: string, checkpoint: Uint8Array, barsEtag: string): Promise<boolean> {
    const header = decodeCheckpointHeader(key, checkpoint);
    if (header.barsEtag !== barsEtag || header.previous !== this.#previous) return false;
    return (await this.#context.stores.curated.head(this.#indicatorsKey(period))) !== null;
  }

  /** Writes the indicators of a period and returns the checkpoint after it; null where its bars have vanished. */
  async #compute(period: Period, states: IndicatorStates, previous: string): Promise<Uint8Array | null> {
    const { curated } = this.#context.stores;
    let checkpoint: Uint8Array | null = null;
    const written = await rewriteObject(this.#context, curated, this.#indicatorsKey(period), async () => {
      const barsKey = this.#barsKey(period);
      const object = await curated.get(barsKey);
      checkpoint = null;
      if (object === null) return null;
      const bars = await decodeParquet(barsTableOf(this.#shard.interval), barsKey, object.bytes, {
        columns: ["symbol", "ts", "high", "low", "close", "ingested_at"],
      });
      const advanced = advanceIndicators(states, bars);
      checkpoint = encodeCheckpoint({ barsEtag: object.etag, previous }, advanced.states);
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

  #barsKey(period: Period): string {
    return barsKey(this.#shard, period, this.#shard.shard);
  }

  #indicatorsKey(period: Period): string {
    return indicatorsKey(this.#shard, period, this.#shard.shard);
  }
}
