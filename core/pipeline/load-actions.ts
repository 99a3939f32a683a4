/** load, of corporate actions that someone has as a file. */
import { parseActionsCsv } from "../actions/csv.ts";
import { contentHash } from "../lake/content-hash.ts";
import type { AssetClass } from "../market.ts";
import type { Receipt } from "../providers/provider.ts";
import type { PipelineContext } from "./context.ts";
import { RawIngest } from "./ingest.ts";
import { logJob } from "./job-log.ts";
import { firstAttemptMs, keepReceived, type LoadResult, type LoadSource } from "./load.ts";

export interface LoadActionsOptions {
  readonly assetClass: AssetClass;
  readonly provider: string;
  /** Of amounts, where the file does not say. */
  readonly currency: string | null;
}

/**
 * Loads a file of splits and dividends, see `core/actions/csv.ts`. The file is kept as received, even where it is refused.
 * @throws TerminalError where a row of it cannot be read or cannot be true: nothing is loaded then.
 */
export async function loadActions(
  context: PipelineContext,
  source: LoadSource,
  options: LoadActionsOptions,
): Promise<LoadResult> {
  const { assetClass, provider, currency } = options;
  const identity = [source.contentHash, "actions", assetClass, provider, currency ?? ""];
  const runId = `load-${contentHash(identity.join("\n"))}`;
  const ingestedAtMs = await firstAttemptMs(context, runId, source.name);
  const series = { assetClass, interval: "1d" } as const;
  const receipt: Receipt = { ...series, runId, ingestedAtMs, provider, currency, adjustment: "none" };
  const job = { ...series, stage: "load", runId, scheduledMs: ingestedAtMs, shard: null } as const;
  let objects = 0;
  const result = await logJob(context, { ...job, detail: source.name }, async () => {
    const ingest = new RawIngest(context, receipt, ingestedAtMs);
    await keepReceived(ingest, source);
    const bytes = await bytesOf(source);
    const actions = parseActionsCsv(bytes.toString("utf8"), source.name, currency);
    const [refusal] = ingest.addActions(actions);
    if (refusal !== undefined) throw refusal;
    const totals = await ingest.finish();
    objects = totals.objects;
    return {
      rowsIn: actions.length,
      rowsOut: actions.length,
      rowsRejected: 0,
      bytesIn: bytes.byteLength,
      bytesOut: totals.bytesWritten,
      newestBarMs: null,
    };
  });
  return { ...result, runId, objects, unreadableRows: 0, firstErrors: [], brokenOff: null };
}

async function bytesOf(source: LoadSource): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source.text()) pieces.push(piece);
  return Buffer.concat(pieces);
}
