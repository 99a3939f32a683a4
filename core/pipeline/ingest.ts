/** The way into the raw zone: received rows are cut into one object per shard and stretch of time, and announced. */
import type { RawBars } from "../bars/bars.ts";
import { actionRow, type RawActionRow } from "../actions/actions.ts";
import { concatBatches, fromRows, takeRows } from "../columnar/batch.ts";
import { encodeParquet } from "../columnar/parquet.ts";
import { TerminalError } from "../errors.ts";
import { contentHash } from "../lake/content-hash.ts";
import {
  parseRawActionsKey,
  parseRawBarsKey,
  rawActionsKey,
  rawActionsRunPrefix,
  rawBarsKey,
  rawBarsRunPrefix,
  rawReceivedKey,
} from "../lake/keys.ts";
import { shardOf } from "../lake/sharding.ts";
import type { Interval } from "../market.ts";
import type { RawSource, TransformMessage } from "../messages/index.ts";
import type { CorporateAction, Receipt } from "../providers/provider.ts";
import { rawActions, rawBars } from "../tables/index.ts";
import { sendMessages, type PipelineContext } from "./context.ts";
import { groupRows, sorted, splitAt, timeRange } from "./raw-groups.ts";
import { createObject } from "./rewrite.ts";

/** Rows held before they are written: bounds memory at about 50 MB whatever the size of a file. */
const bufferedRowsMax = 250_000;
/** Sources named by one message; keeps a message below 100 KiB. */
const sourcesPerMessageMax = 200;

export interface IngestTotals {
  readonly rows: number;
  readonly objects: number;
  readonly bytesWritten: number;
  readonly newestBarMs: number | null;
}

/** One run's way into the raw zone. Call `add` for every batch, then `finish`. */
export class RawIngest {
  readonly #context: PipelineContext;
  readonly #receipt: Receipt;
  readonly #scheduledMs: number;
  readonly #sources = new Map<number, RawSource[]>();
  /** Of corporate actions, by shard. */
  readonly #actionSources = new Map<number, RawSource[]>();
  #actions: RawActionRow[] = [];
  #buffered: RawBars[] = [];
  #bufferedRows = 0;
  #rows = 0;
  #objects = 0;
  #bytesWritten = 0;
  #newestBarMs = -Infinity;

  constructor(context: PipelineContext, receipt: Receipt, scheduledMs: number) {
    this.#context = context;
    this.#receipt = receipt;
    this.#scheduledMs = scheduledMs;
  }

  /** Keeps received bytes as they came. Meeting the same bytes again, as a retried run does, changes nothing. */
  async keepReceived(body: Uint8Array, part: number, extension: string): Promise<void> {
    const key = rawReceivedKey({
      ...this.#receipt,
      scheduledMs: this.#scheduledMs,
      part,
      extension,
      contentHash: contentHash(body),
    });
    await this.#put(key, body);
  }

  async add(batch: RawBars): Promise<void> {
    let rest = batch;
    while (this.#bufferedRows + rest.rowCount >= bufferedRowsMax) {
      // Cut at a row number, not where a chunk happens to end, so that a retried run makes the same objects.
      const [head, tail] = splitAt(rest, bufferedRowsMax - this.#bufferedRows);
      this.#buffered.push(head);
      await this.#flush();
      rest = tail;
    }
    if (rest.rowCount === 0) return;
    this.#buffered.push(rest);
    this.#bufferedRows += rest.rowCount;
  }

  /** Takes splits and dividends. Returns why those that cannot be true were refused. */
  addActions(actions: readonly CorporateAction[]): TerminalError[] {
    const refusals: TerminalError[] = [];
    for (const action of actions) {
      try {
        this.#actions.push(actionRow(action, this.#receipt));
      } catch (error) {
        if (!(error instanceof TerminalError)) throw error;
        refusals.push(error);
      }
    }
    return refusals;
  }

  /** Writes what is buffered and asks transform for everything that the run has written, in all of its attempts. */
  async finish(): Promise<IngestTotals> {
    await this.#flush();
    await this.#writeActions();
    await this.#findEarlierAttempts();
    const { interval, runId } = this.#receipt;
    const messages = [
      ...this.#messages(interval, this.#sources),
      // Daily bars are what actions are applied to, whatever the interval of the bars that they came with.
      ...this.#messages("1d", this.#actionSources),
    ];
    if (messages.length > 0) await sendMessages(this.#context.queues.transform, messages, runId);
    return {
      rows: this.#rows,
      objects: this.#objects,
      bytesWritten: this.#bytesWritten,
      newestBarMs: this.#newestBarMs === -Infinity ? null : this.#newestBarMs,
    };
  }

  #messages(interval: Interval, sourcesOfShard: ReadonlyMap<number, RawSource[]>): TransformMessage[] {
    const messages: TransformMessage[] = [];
    for (const [shard, sources] of sourcesOfShard) {
      for (let i = 0; i < sources.length; i += sourcesPerMessageMax) {
        messages.push({
          version: 1,
          kind: "transform",
          runId: this.#receipt.runId,
          scheduledMs: this.#scheduledMs,
          assetClass: this.#receipt.assetClass,
          interval,
          shard,
          sources: sources.slice(i, i + sourcesPerMessageMax),
        });
      }
    }
    return messages;
  }

  async #flush(): Promise<void> {
    if (this.#buffered.length === 0) return;
    const rows = concatBatches(rawBars, this.#buffered);
    this.#buffered = [];
    this.#bufferedRows = 0;
    this.#rows += rows.rowCount;
    const shardCount = this.#context.settings.shardCounts[this.#receipt.assetClass];
    for (const { shard, group } of groupRows(rows, this.#receipt.interval, shardCount)) {
      await this.#writeObject(shard, sorted(takeRows(rawBars, rows, group)));
    }
  }

  async #writeObject(shard: number, batch: RawBars): Promise<void> {
    const bytes = encodeParquet(rawBars, batch);
    const key = rawBarsKey({
      ...this.#receipt,
      scheduledMs: this.#scheduledMs,
      shard,
      contentHash: contentHash(bytes),
    });
    await this.#put(key, bytes);
    const { fromMs, toMs } = timeRange(batch.columns.ts);
    this.#newestBarMs = Math.max(this.#newestBarMs, toMs - 1);
    announce(this.#sources, shard, { key, rows: batch.rowCount, fromMs, toMs });
    this.#objects++;
  }

  async #writeActions(): Promise<void> {
    const shardCount = this.#context.settings.shardCounts[this.#receipt.assetClass];
    const byShard = Map.groupBy(this.#actions, ({ symbol }) => shardOf(symbol, shardCount));
    this.#actions = [];
    for (const [shard, rows] of byShard) {
      const bytes = encodeParquet(rawActions, fromRows(rawActions, rows));
      const name = { ...this.#receipt, scheduledMs: this.#scheduledMs, shard };
      const key = rawActionsKey({ ...name, contentHash: contentHash(bytes) });
      await this.#put(key, bytes);
      announce(this.#actionSources, shard, { key, rows: rows.length, fromMs: 0, toMs: 1 });
      this.#objects++;
    }
  }

  /**
   * An attempt of this run that was cut off may have written objects that this one did not make again, because the
   * provider answered differently. They are received, so they are announced too.
   */
  async #findEarlierAttempts(): Promise<void> {
    const { raw } = this.#context.stores;
    const run = { ...this.#receipt, scheduledMs: this.#scheduledMs };
    const made = [...this.#sources.values(), ...this.#actionSources.values()].flat();
    const known = new Set(made.map(({ key }) => key));
    const find = async (
      prefix: string,
      parse: (key: string) => { readonly shard: number } | null,
      sources: Map<number, RawSource[]>,
    ) => {
      for await (const { key } of raw.list(prefix)) {
        const location = known.has(key) ? null : parse(key);
        // Transform finds the range out by itself; a range of nothing makes it read the object once more.
        if (location !== null) announce(sources, location.shard, { key, rows: 0, fromMs: 0, toMs: 1 });
      }
    };
    await find(rawBarsRunPrefix(run), parseRawBarsKey, this.#sources);
    await find(rawActionsRunPrefix(run), parseRawActionsKey, this.#actionSources);
  }

  /** The key carries the content's hash, so an object that exists has these bytes. */
  async #put(key: string, bytes: Uint8Array): Promise<void> {
    const isNew = await createObject(this.#context, this.#context.stores.raw, key, bytes);
    if (isNew) this.#bytesWritten += bytes.byteLength;
  }
}

function announce(sources: Map<number, RawSource[]>, shard: number, source: RawSource): void {
  const ofShard = sources.get(shard);
  if (ofShard === undefined) sources.set(shard, [source]);
  else ofShard.push(source);
}
