/** A lake in memory with one vendor behind a scripted web: what the pipeline makes of answers. */
import { toRows, type Batch } from "../../core/columnar/batch.ts";
import { decodeParquet } from "../../core/columnar/parquet.ts";
import { TransientError } from "../../core/errors.ts";
import type { Series } from "../../core/lake/keys.ts";
import { type ExtractRequest, parseMessage, transformMessageSchema } from "../../core/messages/index.ts";
import { extract, type ExtractContext } from "../../core/pipeline/extract.ts";
import { transform } from "../../core/pipeline/transform.ts";
import type { HttpResponse, OutgoingMessage } from "../../core/ports.ts";
import type { Provider } from "../../core/providers/provider.ts";
import { defaultLakeSettings } from "../../core/settings.ts";
import {
  barsTableOf,
  corporateActions,
  eltJobLog,
  quarantine,
  type Row,
  type Table,
} from "../../core/tables/index.ts";
import { MemoryObjectStore } from "../../local/memory/memory-object-store.ts";

/** An answer, or a connection that breaks or times out. */
export type Scripted =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body: string }
  | "broken";

export class VendorLake {
  readonly raw = new MemoryObjectStore();
  readonly curated = new MemoryObjectStore();
  /** When the vendor was asked, ms after the start. */
  readonly calls: number[] = [];
  readonly #provider: Provider;
  readonly #script: Scripted[];
  readonly #transforms: OutgoingMessage[] = [];
  #startMs = 0;
  #nowMs = 0;

  /** @param script answers in order; the last one is repeated */
  constructor(provider: Provider, script: readonly Scripted[]) {
    this.#provider = provider;
    this.#script = [...script];
  }

  /** Asks the vendor for a window and does what follows. */
  async extract(
    series: Series,
    symbol: string,
    at: string,
    window: readonly [string, string],
    only?: "gaps",
  ): Promise<void> {
    this.#startMs = Date.parse(at);
    this.#nowMs = this.#startMs;
    const [fromMs, toMs] = window.map((time) => Date.parse(time)) as [number, number];
    const request: ExtractRequest = {
      kind: "extract",
      version: 1,
      ...series,
      provider: this.#provider.id,
      scheduledTime: new Date(this.#startMs).toISOString(),
      trigger: "test",
      symbols: [symbol],
      window: { fromMs, toMs },
      ...(only === undefined ? {} : { only }),
    };
    const context = this.#context();
    try {
      // The script has answers with bars.
      await extract(context, request, { wantsActions: false });
    } finally {
      for (let next = this.#transforms.shift(); next !== undefined; next = this.#transforms.shift()) {
        await transform(context, [parseMessage(transformMessageSchema, next.body)]);
      }
    }
  }

  bars({ interval }: Series): Promise<Row<ReturnType<typeof barsTableOf>>[]> {
    return this.#rows(barsTableOf(interval));
  }

  quarantined(): Promise<Row<typeof quarantine>[]> {
    return this.#rows(quarantine);
  }

  actions(): Promise<Row<typeof corporateActions>[]> {
    return this.#rows(corporateActions);
  }

  jobs(): Promise<Row<typeof eltJobLog>[]> {
    return this.#rows(eltJobLog);
  }

  /** Bodies as received. */
  async bodies(): Promise<string[]> {
    const texts: string[] = [];
    for await (const { key } of this.raw.list("raw/")) {
      if (key.endsWith(".json")) texts.push(Buffer.from((await this.raw.get(key))!.bytes).toString());
    }
    return texts;
  }

  #context(): ExtractContext {
    return {
      stores: { raw: this.raw, curated: this.curated },
      queues: {
        transform: { send: async (messages) => void this.#transforms.push(...messages) },
        indicators: { send: async () => {} },
      },
      requests: { send: async () => {} },
      clock: { nowMs: () => this.#nowMs, sleep: async (ms) => void (this.#nowMs += ms) },
      random: () => 0.5,
      settings: defaultLakeSettings,
      providers: new Map([[this.#provider.id, this.#provider]]),
      io: { http: { get: async () => this.#answer() }, secrets: { get: async () => "MOCK" } },
    };
  }

  #answer(): HttpResponse {
    this.calls.push(this.#nowMs - this.#startMs);
    const next = this.#script.length > 1 ? this.#script.shift()! : this.#script[0]!;
    if (next === "broken") throw new TransientError("the connection broke");
    return {
      status: next.status ?? 200,
      headers: next.headers ?? {},
      body: new TextEncoder().encode(next.body),
    };
  }

  async #rows<T extends Table>(table: T): Promise<Row<T>[]> {
    const rows: Row<T>[] = [];
    for await (const { key } of this.curated.list(table.prefix)) {
      const { bytes } = (await this.curated.get(key))!;
      rows.push(...toRows(table, (await decodeParquet(table, key, bytes)) as Batch<T>));
    }
    return rows;
  }
}
