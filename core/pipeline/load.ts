/** load: a file that someone has, into the raw zone. Streams, so that the size of the file does not matter. */
import { BarsCsvReader, type ReadError } from "../bars/csv.ts";
import { TerminalError, describeError } from "../errors.ts";
import { contentHash } from "../lake/content-hash.ts";
import { runKey, type Series } from "../lake/keys.ts";
import type { Adjustment } from "../market.ts";
import type { Receipt } from "../providers/provider.ts";
import type { PipelineContext, StageResult } from "./context.ts";
import { RawIngest, type IngestTotals } from "./ingest.ts";
import { logJob } from "./job-log.ts";
import { createObject } from "./rewrite.ts";

/** Received bytes are kept in pieces of at least this size; almost every file is one piece. */
const receivedPartBytes = 64 * 1024 * 1024;

export interface LoadSource {
  /** For messages: the file's name. */
  readonly name: string;
  /** `csv` or `csv.gz`. */
  readonly extension: string;
  /** Hash of the bytes as received; makes the run id, so that the same file is the same run. */
  readonly contentHash: string;
  /** The bytes as received. */
  received(): AsyncIterable<Uint8Array>;
  /** The text, decompressed. Throws a TerminalError where the compressed stream is broken. */
  text(): AsyncIterable<Uint8Array>;
}

export interface LoadOptions extends Series {
  readonly provider: string;
  readonly adjustment: Adjustment;
  readonly currency: string | null;
  /** Told after every chunk how far the load is. */
  readonly onProgress?: (progress: { readonly textBytes: number; readonly rows: number }) => void;
}

export interface LoadResult extends StageResult {
  readonly runId: string;
  readonly objects: number;
  /** Rows with cells that could not be read: they are in quarantine, with line and column. */
  readonly unreadableRows: number;
  readonly firstErrors: readonly ReadError[];
  /** Why reading stopped before the end, or null. The rows before that point are loaded. */
  readonly brokenOff: string | null;
}

/**
 * Loads one file. A row that cannot be read is kept and quarantined; a file that breaks off is loaded up to there.
 * @throws CsvError where the header cannot be used: nothing is loaded then.
 */
export async function load(
  context: PipelineContext,
  source: LoadSource,
  options: LoadOptions,
): Promise<LoadResult> {
  const runId = `load-${contentHash([source.contentHash, options.assetClass, options.interval, options.provider, options.adjustment, options.currency ?? ""].join("\n"))}`;
  const ingestedAtMs = await firstAttemptMs(context, runId, source.name);
  const receipt: Receipt = { ...options, runId, ingestedAtMs };
  const ingest = new RawIngest(context, receipt, ingestedAtMs);
  const job = {
    stage: "load",
    runId,
    scheduledMs: ingestedAtMs,
    shard: null,
    detail: source.name,
    ...options,
  } as const;
  let outcome: Omit<LoadResult, keyof StageResult> | undefined;
  const result = await logJob(context, job, async () => {
    await keepReceived(ingest, source);
    const reader = new BarsCsvReader(receipt, source.name);
    const { textBytes, brokenOff } = await readRows(ingest, reader, source, options);
    const totals = await ingest.finish();
    outcome = {
      runId,
      objects: totals.objects,
      unreadableRows: reader.errorCount,
      firstErrors: reader.readErrors,
      brokenOff,
    };
    return stageResult(totals, textBytes);
  });
  return { ...result, ...outcome! };
}

/** Reads all rows, or those before the point at which the file breaks off. */
async function readRows(
  ingest: RawIngest,
  reader: BarsCsvReader,
  source: LoadSource,
  options: LoadOptions,
): Promise<{ textBytes: number; brokenOff: string | null }> {
  let textBytes = 0;
  const chunks = source.text()[Symbol.asyncIterator]();
  for (;;) {
    const read = await readChunk(chunks, reader);
    await ingest.add(reader.drain());
    if (read.chunkBytes === null) return { textBytes, brokenOff: read.brokenOff };
    textBytes += read.chunkBytes;
    options.onProgress?.({ textBytes, rows: reader.rowCount });
  }
}

/** Hands the next chunk to the reader. Only what is wrong with the file itself ends it early, never the store. */
async function readChunk(
  chunks: AsyncIterator<Uint8Array>,
  reader: BarsCsvReader,
): Promise<{ chunkBytes: number | null; brokenOff: string | null }> {
  try {
    const next = await chunks.next();
    if (next.done === true) reader.finish();
    else reader.push(next.value);
    return { chunkBytes: next.done === true ? null : next.value.byteLength, brokenOff: null };
  } catch (error) {
    if (!(error instanceof TerminalError) || reader.rowCount === 0) throw error;
    return { chunkBytes: null, brokenOff: describeError(error) };
  }
}

export async function keepReceived(ingest: RawIngest, source: LoadSource): Promise<void> {
  let part = 0;
  let pieces: Uint8Array[] = [];
  let size = 0;
  const keep = async () => {
    await ingest.keepReceived(Buffer.concat(pieces), part++, source.extension);
    pieces = [];
    size = 0;
  };
  for await (const piece of source.received()) {
    pieces.push(piece);
    size += piece.byteLength;
    if (size >= receivedPartBytes) await keep();
  }
  if (size > 0 || part === 0) await keep();
}

/**
 * When this file was first received. A load that was cut off and is started again continues the first attempt: the
 * same times, hence the same objects.
 */
export async function firstAttemptMs(
  context: PipelineContext,
  runId: string,
  sourceName: string,
): Promise<number> {
  const key = runKey(runId);
  const record = { runId, source: sourceName, ingestedAtMs: context.clock.nowMs() };
  const isFirst = await createObject(
    context,
    context.stores.curated,
    key,
    Buffer.from(JSON.stringify(record)),
  );
  if (isFirst) return record.ingestedAtMs;
  const first = await context.stores.curated.get(key);
  const { ingestedAtMs } = JSON.parse(Buffer.from(first!.bytes).toString()) as typeof record;
  return ingestedAtMs;
}

function stageResult(totals: IngestTotals, textBytes: number): StageResult {
  return {
    rowsIn: totals.rows,
    rowsOut: totals.rows,
    rowsRejected: 0,
    bytesIn: textBytes,
    bytesOut: totals.bytesWritten,
    newestBarMs: totals.newestBarMs,
  };
}
