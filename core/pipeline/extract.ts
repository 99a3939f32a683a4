/** extract: asks a provider for the bars that are missing and puts them into the raw zone. */
import { calendarFor } from "../calendar/index.ts";
import { TerminalError } from "../errors.ts";
import { contentHash } from "../lake/content-hash.ts";
import { watermarkKey, type Series } from "../lake/keys.ts";
import { shardOf } from "../lake/sharding.ts";
import { intervalMs } from "../market.ts";
import type { ExtractRequest } from "../messages/index.ts";
import type { BarQuery, Provider, ProviderIo, Receipt, Received } from "../providers/provider.ts";
import type { PipelineContext, StageResult } from "./context.ts";
import { RawIngest } from "./ingest.ts";
import { logJob, type Skipped } from "./job-log.ts";
import { rewriteObject } from "./rewrite.ts";

export interface ExtractContext extends PipelineContext {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly io: ProviderIo;
}

/** Bars before the watermark that are asked for again, so that late and corrected rows are seen. */
const overlapBars = 5;
/** How far back the first extract of a series reaches. */
const firstWindowMs = 30 * intervalMs["1d"];

/**
 * Extracts one asset class and interval from one provider. Every response is kept byte for byte before it is read.
 * @throws TransientError where the provider may answer later; TerminalError for an unknown provider, a series that it
 * does not cover, or, after everything else has been taken, a body that cannot be read.
 */
export async function extract(context: ExtractContext, request: ExtractRequest): Promise<StageResult> {
  const { assetClass, interval, provider: providerId, trigger } = request;
  const scheduledMs = Date.parse(request.scheduledTime);
  const runId = extractRunId(request);
  const job = {
    stage: "extract",
    runId,
    scheduledMs,
    shard: null,
    detail: trigger,
    assetClass,
    interval,
  } as const;
  return logJob(context, job, () => {
    const provider = context.providers.get(providerId);
    if (provider === undefined) {
      throw new TerminalError(
        `provider "${providerId}" is not known; known are ${[...context.providers.keys()].join(", ")}`,
      );
    }
    if (!provider.covers(request)) {
      throw new TerminalError(
        `provider "${providerId}" has no ${interval} bars of asset class "${assetClass}"; choose another provider or interval`,
      );
    }
    const closed = closedMarket(request, scheduledMs);
    return closed === null
      ? extractShards(context, provider, request, scheduledMs, runId)
      : Promise.resolve(closed);
  });
}

/** A scheduled intraday tick while the market is closed is skipped; whoever asks by hand gets an answer. */
function closedMarket(
  { assetClass, interval, trigger }: ExtractRequest,
  scheduledMs: number,
): Skipped | null {
  if (trigger !== "schedule" || interval === "1d") return null;
  const calendar = calendarFor(assetClass);
  if (calendar === null) return null;
  // The bar that ends at the tick, and the one before it: the tick after the close still fetches the last bar.
  const lengthMs = intervalMs[interval];
  const isOpen = [1, lengthMs, 2 * lengthMs].some((ago) => calendar.isOpen(scheduledMs - ago));
  return isOpen
    ? null
    : { skipped: `market closed: no ${calendar.id} session around ${new Date(scheduledMs).toISOString()}` };
}

async function extractShards(
  context: ExtractContext,
  provider: Provider,
  request: ExtractRequest,
  scheduledMs: number,
  runId: string,
): Promise<StageResult> {
  const { assetClass, interval } = request;
  const symbols = request.symbols ?? (await provider.universe(request));
  const receipt: Receipt = {
    assetClass,
    interval,
    provider: provider.id,
    runId,
    ingestedAtMs: scheduledMs,
    adjustment: provider.adjustment,
    currency: null,
  };
  const ingest = new RawIngest(context, receipt, scheduledMs);
  const watermarks = new Map<string, number>();
  let bytesIn = 0;
  let unreadable: TerminalError | null = null;
  for (const [shard, names] of byShard(symbols, context.settings.shardCounts[assetClass])) {
    const markKey = watermarkKey(provider.id, request, shard);
    const window = request.window ?? (await nextWindow(context, markKey, request, scheduledMs));
    const query: BarQuery = { assetClass, interval, symbols: names, ...window, asOfMs: scheduledMs };
    const fetched = await fetchBars(context, provider, query, receipt, ingest);
    bytesIn += fetched.bytes;
    unreadable ??= fetched.unreadable;
    // A shard with a gap fetches the same window again at the next run.
    if (fetched.unreadable === null) watermarks.set(markKey, window.toMs);
  }
  const totals = await ingest.finish();
  // Only now: a run that is cut off before its messages are sent must fetch the same window again.
  if (request.window === undefined) {
    for (const [key, toMs] of watermarks) await raiseWatermark(context, key, toMs);
  }
  if (unreadable !== null) throw unreadable;
  return {
    rowsIn: totals.rows,
    rowsOut: totals.rows,
    rowsRejected: 0,
    bytesIn,
    bytesOut: totals.bytesWritten,
    newestBarMs: totals.newestBarMs,
  };
}

/** Asks for everything in `query`. A response that cannot be read is kept and does not hold up the others. */
async function fetchBars(
  { io }: ExtractContext,
  provider: Provider,
  query: BarQuery,
  receipt: Receipt,
  ingest: RawIngest,
): Promise<{ bytes: number; unreadable: TerminalError | null }> {
  let bytes = 0;
  let part = 0;
  let unreadable: TerminalError | null = null;
  for (const vendorRequest of provider.transformQuery(query)) {
    const response = await provider.extract(vendorRequest, io);
    bytes += response.body.byteLength;
    await ingest.keepReceived(response.body, part++, response.extension);
    let received: Received;
    try {
      received = await provider.transform(response, vendorRequest, receipt);
    } catch (error) {
      if (!(error instanceof TerminalError)) throw error;
      unreadable ??= error;
      continue;
    }
    await ingest.add(received.bars);
    unreadable ??= ingest.addActions(received.actions);
  }
  return { bytes, unreadable };
}

function byShard(symbols: readonly string[], shardCount: number): Map<number, string[]> {
  const groups = new Map<number, string[]>();
  for (const symbol of symbols) {
    const shard = shardOf(symbol, shardCount);
    const group = groups.get(shard);
    if (group === undefined) groups.set(shard, [symbol]);
    else group.push(symbol);
  }
  return groups;
}

async function nextWindow(context: PipelineContext, key: string, series: Series, scheduledMs: number) {
  const stored = await context.stores.curated.get(key);
  const fromMs =
    stored === null
      ? scheduledMs - firstWindowMs
      : parseWatermark(stored.bytes) - overlapBars * intervalMs[series.interval];
  return { fromMs, toMs: Math.max(scheduledMs, fromMs) };
}

/** Monotonic: a late retry of an old run does not pull the watermark back. */
async function raiseWatermark(context: PipelineContext, key: string, toMs: number): Promise<void> {
  await rewriteObject(context, context.stores.curated, key, (current) => {
    const known = current === null ? -Infinity : parseWatermark(current.bytes);
    return Promise.resolve(Buffer.from(JSON.stringify({ toMs: Math.max(known, toMs) })));
  });
}

const parseWatermark = (bytes: Uint8Array) =>
  (JSON.parse(Buffer.from(bytes).toString()) as { toMs: number }).toMs;

/** The same request makes the same run id, so that a retried run meets its own objects. */
export function extractRunId(request: ExtractRequest): string {
  const symbols = request.symbols?.join(",") ?? "";
  const window = request.window === undefined ? "" : `${request.window.fromMs}-${request.window.toMs}`;
  const identity = [
    request.trigger,
    Date.parse(request.scheduledTime),
    request.assetClass,
    request.interval,
    request.provider,
    symbols,
    window,
  ];
  return `${request.trigger}-${contentHash(identity.join("\n"))}`;
}
