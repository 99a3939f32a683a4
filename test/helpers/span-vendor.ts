/** A vendor whose calls span so many days of one symbol each, and a lake in memory that is filled from such vendors. */
import { fromRows, toRows } from "../../core/columnar/batch.ts";
import { decodeParquet } from "../../core/columnar/parquet.ts";
import { intervalMs, type Interval } from "../../core/market.ts";
import {
  extractRequestSchema,
  parseMessage,
  transformMessageSchema,
  type ExtractRequest,
} from "../../core/messages/index.ts";
import type { ExtractContext } from "../../core/pipeline/extract.ts";
import { transform } from "../../core/pipeline/transform.ts";
import type { HttpRequest } from "../../core/ports.ts";
import type { Provider } from "../../core/providers/provider.ts";
import { resiliencePolicySchema } from "../../core/providers/resilience/index.ts";
import { spans } from "../../core/providers/vendor/spans.ts";
import { defaultLakeSettings, type LakeSettings } from "../../core/settings.ts";
import { barsTableOf, rawBars } from "../../core/tables/index.ts";
import { flatRow } from "./bar-rows.ts";
import { drained } from "./drained.ts";
import { MemoryObjectStore } from "../../local/memory/memory-object-store.ts";
import { MemoryWorkQueue } from "../../local/memory/memory-work-queue.ts";
import { VirtualClock } from "../../local/memory/virtual-clock.ts";

const dayMs = 86_400_000;

export interface SpanCall {
  readonly provider: string;
  readonly symbol: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface SpanVendor {
  readonly id: string;
  readonly spanDays: number;
  /** Null: no limit. */
  readonly callsPerDay?: number | null;
  /** Days back from now that it still has bars of. By default all. */
  readonly historyDays?: number;
}

export interface SpanWorldOptions {
  readonly startMs: number;
  readonly interval: Interval;
  readonly vendors: readonly SpanVendor[];
  readonly settings?: Partial<LakeSettings>;
  /** The close of a bar that starts then; null where the market has none. By default the number of its day. */
  readonly closeOf?: (symbol: string, tsMs: number) => number | null;
  /** Is told of every call before it is answered, and may throw. */
  readonly onCall?: (call: SpanCall) => void;
}

/** Bars of crypto-currencies, which trade at all times. */
export function spanWorld(options: SpanWorldOptions) {
  const { interval, onCall = () => {}, closeOf = (_symbol, tsMs) => 1 + tsMs / dayMs } = options;
  const clock = new VirtualClock(options.startMs);
  const curated = new MemoryObjectStore();
  const queues = {
    transform: new MemoryWorkQueue(clock),
    indicators: new MemoryWorkQueue(clock),
    requests: new MemoryWorkQueue(clock),
  };
  const calls: SpanCall[] = [];
  const market = { interval, closeOf };
  const context: ExtractContext = {
    stores: { raw: new MemoryObjectStore(), curated },
    queues,
    requests: queues.requests,
    clock,
    settings: {
      ...defaultLakeSettings,
      providerChains: { crypto: options.vendors.map(({ id }) => id) },
      providerPolicies: Object.fromEntries(options.vendors.map((vendor) => [vendor.id, policyFor(vendor)])),
      ...options.settings,
    },
    providers: new Map(options.vendors.map((vendor) => [vendor.id, spanProvider(vendor, market)])),
    io: {
      http: {
        get: ({ url }: HttpRequest) => {
          const call = JSON.parse(decodeURIComponent(new URL(url).search.slice(1))) as SpanCall;
          calls.push(call);
          onCall(call);
          return Promise.resolve({ status: 200, headers: {}, body: new TextEncoder().encode("{}") });
        },
      },
      secrets: { get: () => Promise.resolve("k3y") },
    },
    random: () => 0.5,
  };

  return {
    context,
    clock,
    calls,
    /** What runs have handed on since the last time. */
    handedOn: async (): Promise<ExtractRequest[]> =>
      (await drained(queues.requests)).map((body) => parseMessage(extractRequestSchema, body)),
    /** Brings the lake up to date with what was received. */
    async settle(): Promise<void> {
      for (const body of await drained(queues.transform))
        await transform(context, [parseMessage(transformMessageSchema, body)]);
    },
    /** `symbol ts close`, sorted. */
    async bars(): Promise<string[]> {
      const table = barsTableOf(interval);
      const found: string[] = [];
      for await (const { key } of curated.list(table.prefix)) {
        const rows = toRows(table, await decodeParquet(table, key, (await curated.get(key))!.bytes));
        found.push(...rows.map(({ symbol, ts, close }) => `${symbol} ${ts} ${close}`));
      }
      return found.sort();
    },
  };
}

const policyFor = ({ callsPerDay = null }: SpanVendor) =>
  resiliencePolicySchema.parse({
    calls: { gapMs: 0, batchGapMs: 0, callsPerDay },
    retry: { attemptsMax: 1 },
    breaker: { failuresMax: 1_000 },
  });

interface SpanRequest {
  readonly symbol: string;
  readonly fromMs: number;
  readonly toMs: number;
}

function spanProvider(
  { id, spanDays, historyDays = Infinity }: SpanVendor,
  { interval, closeOf }: Required<Pick<SpanWorldOptions, "interval" | "closeOf">>,
): Provider<SpanRequest> {
  const lengthMs = intervalMs[interval];
  const earliestMs = ({ asOfMs }: { readonly asOfMs: number }) => asOfMs - historyDays * dayMs;
  return {
    id,
    adjustment: "split",
    covers: () => true,
    universe: () => Promise.resolve([]),
    earliestMs,
    transformQuery: (query) => {
      const window = { ...query, fromMs: Math.max(query.fromMs, earliestMs(query)) };
      return query.symbols.flatMap((symbol) =>
        spans(window, spanDays * dayMs).map((piece) => ({ symbol, ...piece })),
      );
    },
    extract: async (request, { http }) => {
      const search = encodeURIComponent(JSON.stringify({ provider: id, ...request }));
      const { body } = await http.get({ url: `http://${id}.test/?${search}`, timeoutMs: 1_000 });
      return { body, extension: "json" };
    },
    transform: (_response, { symbol, fromMs, toMs }, receipt) => {
      const rows = [];
      for (let ts = Math.ceil(fromMs / lengthMs) * lengthMs; ts < toMs; ts += lengthMs) {
        const close = closeOf(symbol, ts);
        if (close === null || ts > receipt.ingestedAtMs) continue;
        rows.push(flatRow({ symbol, ts, close }, receipt));
      }
      return Promise.resolve({ bars: fromRows(rawBars, rows), actions: [] });
    },
  };
}
