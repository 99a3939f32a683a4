/** A lake in memory whose stages run at once: what comes of rows and actions that are received. */
import { fromRows, toRows, type Batch } from "../../core/columnar/batch.ts";
import { decodeParquet } from "../../core/columnar/parquet.ts";
import { indicatorMessageSchema, parseMessage, transformMessageSchema } from "../../core/messages/index.ts";
import type { PipelineContext } from "../../core/pipeline/context.ts";
import { indicate } from "../../core/pipeline/indicate.ts";
import { RawIngest } from "../../core/pipeline/ingest.ts";
import { planRebuild, rebuildShard } from "../../core/pipeline/rebuild.ts";
import { transform } from "../../core/pipeline/transform.ts";
import type { OutgoingMessage, PutCondition } from "../../core/ports.ts";
import type { CorporateAction } from "../../core/providers/provider.ts";
import type { Series } from "../../core/lake/keys.ts";
import type { LakeSettings } from "../../core/settings.ts";
import { rawBars, type Row, type Table } from "../../core/tables/index.ts";
import { MemoryObjectStore } from "../../local/memory/memory-object-store.ts";

export type RawRow = Row<typeof rawBars>;

/** A store that notes which keys are written. */
class NotingStore extends MemoryObjectStore {
  written: string[] = [];

  override async put(key: string, bytes: Uint8Array, condition?: PutCondition) {
    const result = await super.put(key, bytes, condition);
    if (result.written) this.written.push(key);
    return result;
  }
}

export class MemoryLake {
  readonly curated = new NotingStore();
  readonly context: PipelineContext;
  readonly #transform: OutgoingMessage[] = [];
  readonly #indicators: OutgoingMessage[] = [];
  #nowMs = 0;

  constructor(settings: LakeSettings) {
    this.context = {
      stores: { raw: new MemoryObjectStore(), curated: this.curated },
      queues: {
        transform: { send: async (messages) => void this.#transform.push(...messages) },
        indicators: { send: async (messages) => void this.#indicators.push(...messages) },
      },
      clock: { nowMs: () => this.#nowMs, sleep: async () => {} },
      settings,
    };
  }

  /** Receives rows and actions at a time, and does everything that follows. */
  async receive(
    atMs: number,
    series: Series,
    bars: readonly RawRow[],
    actions: readonly CorporateAction[] = [],
  ): Promise<void> {
    this.#nowMs = atMs;
    const receipt = {
      ...series,
      provider: "csv",
      runId: `run-${atMs}`,
      ingestedAtMs: atMs,
      adjustment: "none",
      currency: null,
    } as const;
    const ingest = new RawIngest(this.context, receipt, atMs);
    await ingest.add(fromRows(rawBars, bars));
    const [refusal] = ingest.addActions(actions);
    if (refusal !== undefined) throw refusal;
    await ingest.finish();
    for (let next = this.#transform.shift(); next !== undefined; next = this.#transform.shift())
      await transform(this.context, [parseMessage(transformMessageSchema, next.body)]);
    for (let next = this.#indicators.shift(); next !== undefined; next = this.#indicators.shift())
      await indicate(this.context, [parseMessage(indicatorMessageSchema, next.body)]);
  }

  async rebuild(asOfMs = Infinity): Promise<void> {
    for (const task of (await planRebuild(this.context)).flat())
      await rebuildShard(this.context, task, { runId: "rebuild", asOfMs });
  }

  async rows<T extends Table>(table: T): Promise<Row<T>[]> {
    const rows: Row<T>[] = [];
    for await (const { key } of this.curated.list(table.prefix)) {
      const { bytes } = (await this.curated.get(key))!;
      rows.push(...toRows(table, (await decodeParquet(table, key, bytes)) as Batch<T>));
    }
    return rows;
  }

  /** Keys and bytes of the objects of tables. */
  async objects(tables: readonly Table[]): Promise<Map<string, Uint8Array>> {
    const objects = new Map<string, Uint8Array>();
    for (const { prefix } of tables) {
      for await (const { key } of this.curated.list(prefix))
        objects.set(key, (await this.curated.get(key))!.bytes);
    }
    return objects;
  }
}

/** A flat bar of a session. */
export function dailyBar(symbol: string, day: number, close: number, changes: Partial<RawRow> = {}): RawRow {
  return {
    symbol,
    ts: day * 86_400_000,
    open: close,
    high: close,
    low: close,
    close,
    adj_close: null,
    volume: 1000,
    currency: "USD",
    adjustment: "none",
    is_final: true,
    provider: "csv",
    ingested_at: 0,
    run_id: "run",
    parse_error: null,
    received_text: null,
    ...changes,
  };
}
