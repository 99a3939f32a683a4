/** indicators: walks forward from the last good checkpoint over the bars of one shard, period by period. */
import { noSplits, splitAdjusted, type Splits } from "../actions/splits.ts";
import { decodeParquet, encodeParquet } from "../columnar/parquet.ts";
import {
  advanceIndicators,
  decodeCheckpoint,
  decodeCheckpointHeader,
  encodeCheckpoint,
  IndicatorStates,
  type IndicatorInput,
} from "../indicators/index.ts";
import { UnreadableObjectError } from "../errors.ts";
import { contentHash } from "../lake/content-hash.ts";
import {
  barsKey,
  barsPeriodPrefix,
  barsPrefix,
  checkpointKey,
  checkpointPrefix,
  indicatorsKey,
  parseShardObjectKey,
} from "../lake/keys.ts";
import { periodOf, periodRange, type Period } from "../market.ts";
import type { IndicatorMessage } from "../messages/index.ts";
import type { ObjectInfo, StoredObject } from "../ports.ts";
import { barsTableOf, indicatorsTableOf } from "../tables/index.ts";
import { sendMessages, type PipelineContext, type StageResult } from "./context.ts";
import { logJob } from "./job-log.ts";
import { rewriteObject } from "./rewrite.ts";
import { ShardSplits, type ShardOfSeries } from "./shard-splits.ts";

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

/** What a period builds on: the checkpoint before it, or nothing for the first period. */
interface Foundation {
  readonly etag: string | null;
  /** Hash of the checkpoint, noted in the next one. */
  readonly identity: string;
  /** Decoded on demand, as a skipped period does not need them. */
  readonly states: () => IndicatorStates;
}

const nothingBefore: Foundation = { etag: null, identity: "", states: () => IndicatorStates.empty() };

/**
 * One walk over the periods of a shard. Several may walk at once: whatever a write follows from (bars, checkpoint
 * before) is read after the version that the write replaces, so no write follows from older inputs than the one it
 * replaces, and who changes a checkpoint goes on to the next period after that.
 */
class IndicatorWalk {
  readonly #context: PipelineContext;
  readonly #shard: ShardOfSeries;
  /** The checkpoint seen last; the next period usually builds on it. */
  #last: Foundation = nothingBefore;
  readonly #splits: ShardSplits;
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
    const before = await this.#periodOfCheckpointBefore(fromPeriod);
    if (before !== null && (await this.#isSound(before))) {
      return (await this.allPeriods(before)).filter((period) => period > before);
    }
    const periods = await this.allPeriods();
    let start = periods.findIndex((period) => period >= fromPeriod);
    if (start < 0) return [];
    while (start > 0 && !(await this.#isSound(periods[start - 1]!))) start--;
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
    const key = checkpointKey(this.#shard, this.#shard.shard, period);
    const { etag, bytes } = await rewriteObject(this.#context, curated, key, async (current) => {
      const bars = await curated.head(this.#barsKey(period));
      const keeps =
        bars === null ||
        (when === "if_changed" && current !== null && (await this.#isCurrent(period, key, current, bars)));
      const next = keeps ? null : await this.#compute(period);
      // Bars that vanished were taken away by a rebuild, which also looks after indicators and checkpoints.
      return next ?? current?.bytes ?? null;
    });
    if (etag !== null && bytes !== null) this.#last = foundation(key, { bytes, etag });
  }

  /** Whether the checkpoint of a period is whole and agrees with the bars it was computed from. */
  async #isSound(period: Period): Promise<boolean> {
    const { curated } = this.#context.stores;
    const key = checkpointKey(this.#shard, this.#shard.shard, period);
    const checkpoint = await curated.get(key);
    const decoded = checkpoint && ifReadable(() => decodeCheckpoint(key, checkpoint.bytes));
    if (decoded === null) return false;
    const bars = await curated.head(this.#barsKey(period));
    if (decoded.header.barsEtag !== bars?.etag) return false;
    return (decoded.header.splits ?? "") === (await this.#splits.now()).identity;
  }

  async #isCurrent(
    period: Period,
    key: string,
    checkpoint: StoredObject,
    bars: ObjectInfo,
  ): Promise<boolean> {
    const header = ifReadable(() => decodeCheckpointHeader(key, checkpoint.bytes));
    if (header?.barsEtag !== bars.etag) return false;
    if ((header.splits ?? "") !== (await this.#splits.now()).identity) return false;
    if (header.previous !== (await this.#foundationOf(period)).identity) return false;
    return (await this.#context.stores.curated.head(this.#indicatorsKey(period))) !== null;
  }

  /** The checkpoint before a period as it stands now. */
  async #foundationOf(period: Period): Promise<Foundation> {
    const { curated } = this.#context.stores;
    const before = await this.#checkpointBefore(period);
    if (before === null) return nothingBefore;
    if (before.etag === this.#last.etag) return this.#last;
    const checkpoint = await curated.get(before.key);
    // A rebuild took it away since it was listed.
    if (checkpoint === null) return this.#foundationOf(period);
    this.#last = foundation(before.key, checkpoint);
    return this.#last;
  }

  async #checkpointBefore(period: Period): Promise<ObjectInfo | null> {
    const { curated } = this.#context.stores;
    // Almost always the period right before has one; listing all of them would make a tick dearer with every period.
    const { interval, shard } = this.#shard;
    const lastInstantMs = periodRange(period).fromMs - 1;
    const usual = await curated.head(checkpointKey(this.#shard, shard, periodOf(interval, lastInstantMs)));
    if (usual !== null) return usual;
    const prefix = checkpointPrefix(this.#shard, shard);
    let before: ObjectInfo | null = null;
    for await (const info of curated.list(prefix)) {
      if (info.key >= `${prefix}${period}`) break;
      before = info;
    }
    return before;
  }

  async #periodOfCheckpointBefore(period: Period): Promise<Period | null> {
    const checkpoint = await this.#checkpointBefore(period);
    return checkpoint?.key.slice(checkpointPrefix(this.#shard, this.#shard.shard).length) ?? null;
  }

  /** Writes the indicators of a period and returns the checkpoint after it; null where its bars have vanished. */
  async #compute(period: Period): Promise<Uint8Array | null> {
    const { curated } = this.#context.stores;
    const key = this.#indicatorsKey(period);
    let checkpoint: Uint8Array | null = null;
    const written = await rewriteObject(this.#context, curated, key, async (current) => {
      const { states, identity } = await this.#foundationOf(period);
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

/** A checkpoint that is damaged, or of another release, is as good as none: it is computed again from bars. */
function ifReadable<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch (error) {
    if (error instanceof UnreadableObjectError) return null;
    throw error;
  }
}

function foundation(key: string, { bytes, etag }: StoredObject): Foundation {
  return {
    etag,
    identity: contentHash(bytes),
    states: () => decodeCheckpoint(key, bytes).states,
  };
}
