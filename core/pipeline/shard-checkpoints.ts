/** The checkpoints of one shard as they stand now: which of them can be trusted, and what a period builds on. */
import { UnreadableObjectError } from "../errors.ts";
import { decodeCheckpoint, decodeCheckpointHeader, IndicatorStates } from "../indicators/index.ts";
import { contentHash } from "../lake/content-hash.ts";
import { barsKey, checkpointKey, checkpointPrefix, type ShardOfSeries } from "../lake/keys.ts";
import { periodOf, periodRange, type Period } from "../market.ts";
import type { ObjectInfo, ObjectStore, StoredObject } from "../ports.ts";
import type { ShardSplits } from "./shard-splits.ts";

/** What a period builds on: the checkpoint before it, or nothing for the first period. */
interface Foundation {
  readonly etag: string | null;
  /** Hash of the checkpoint, noted in the next one. */
  readonly identity: string;
  /** Decoded on demand, as a skipped period does not need them. */
  readonly states: () => IndicatorStates;
}

const nothingBefore: Foundation = { etag: null, identity: "", states: () => IndicatorStates.empty() };

export class ShardCheckpoints {
  readonly #curated: ObjectStore;
  readonly #shard: ShardOfSeries;
  readonly #splits: ShardSplits;
  /** The checkpoint seen last; the next period usually builds on it. */
  #last: Foundation = nothingBefore;

  constructor(curated: ObjectStore, shard: ShardOfSeries, splits: ShardSplits) {
    this.#curated = curated;
    this.#shard = shard;
    this.#splits = splits;
  }

  keyOf(period: Period): string {
    return checkpointKey(this.#shard, this.#shard.shard, period);
  }

  /** Whether the checkpoint of a period is whole and agrees with the bars and splits that it was computed from. */
  async isSound(period: Period): Promise<boolean> {
    const key = this.keyOf(period);
    const checkpoint = await this.#curated.get(key);
    const decoded = checkpoint && ifReadable(() => decodeCheckpoint(key, checkpoint.bytes));
    if (decoded === null) return false;
    const bars = await this.#curated.head(barsKey(this.#shard, period, this.#shard.shard));
    return bars !== null && (await this.#agrees(decoded.header, bars));
  }

  /** Whether a checkpoint follows from these bars, the splits of now and the checkpoint before it. */
  async isCurrent(period: Period, { bytes }: StoredObject, bars: ObjectInfo): Promise<boolean> {
    const header = ifReadable(() => decodeCheckpointHeader(this.keyOf(period), bytes));
    if (header === null || !(await this.#agrees(header, bars))) return false;
    return header.previous === (await this.foundationOf(period)).identity;
  }

  /** The checkpoint before a period as it stands now. */
  async foundationOf(period: Period): Promise<Foundation> {
    const before = await this.#before(period);
    if (before === null) return nothingBefore;
    if (before.etag === this.#last.etag) return this.#last;
    const checkpoint = await this.#curated.get(before.key);
    // A rebuild took it away since it was listed.
    if (checkpoint === null) return this.foundationOf(period);
    this.saw(before.key, checkpoint);
    return this.#last;
  }

  /** The last period before this one that has a checkpoint; null where none has. */
  async periodBefore(period: Period): Promise<Period | null> {
    const checkpoint = await this.#before(period);
    return checkpoint?.key.slice(checkpointPrefix(this.#shard, this.#shard.shard).length) ?? null;
  }

  /** Saves the next period from reading a checkpoint that was just read or written. */
  saw(key: string, { bytes, etag }: StoredObject): void {
    this.#last = {
      etag,
      identity: contentHash(bytes),
      states: () => decodeCheckpoint(key, bytes).states,
    };
  }

  async #agrees(
    { barsEtag, splits = "" }: ReturnType<typeof decodeCheckpointHeader>,
    bars: ObjectInfo,
  ): Promise<boolean> {
    return barsEtag === bars.etag && splits === (await this.#splits.now()).identity;
  }

  async #before(period: Period): Promise<ObjectInfo | null> {
    // Almost always the period right before has one; listing all of them would make a tick dearer with every period.
    const lastInstantMs = periodRange(period).fromMs - 1;
    const usual = await this.#curated.head(this.keyOf(periodOf(this.#shard.interval, lastInstantMs)));
    if (usual !== null) return usual;
    const prefix = checkpointPrefix(this.#shard, this.#shard.shard);
    let before: ObjectInfo | null = null;
    for await (const info of this.#curated.list(prefix)) {
      if (info.key >= `${prefix}${period}`) break;
      before = info;
    }
    return before;
  }
}

/** A checkpoint that is damaged, or of another release, is as good as none: it is computed again from bars. */
function ifReadable<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch (error) {
    if (error instanceof UnreadableObjectError) return null;
    throw error;
  }
}
