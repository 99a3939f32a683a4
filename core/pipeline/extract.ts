/** extract: asks providers for the bars that are missing and puts them into the raw zone. */
import { contentHash } from "../lake/content-hash.ts";
import type { ExtractRequest } from "../messages/index.ts";
import {
  ExtractRun,
  type ExtractContext,
  type ExtractResult,
  type RunAccount,
  type RunOptions,
} from "./extract-run.ts";
import { logJob } from "./job-log.ts";

export type { ExtractContext, ExtractResult, RunAccount, RunOptions };

/**
 * Extracts one asset class and interval. Every response is kept byte for byte before it is read; what one provider of the
 * chain cannot give, the next is asked for. What there is no time for before the deadline, more symbols than a run takes, and
 * what failed beside others that did not, are handed on in further requests, at the end of their lane; or told to a caller
 * that keeps account.
 *
 * @throws TerminalError for a provider that is unknown or does not have the series, and, after everything else has been
 * taken, a body that cannot be read; the error of the providers where none gave anything.
 */
export async function extract(
  context: ExtractContext,
  request: ExtractRequest,
  options: RunOptions = {},
): Promise<ExtractResult> {
  const { assetClass, interval, trigger } = request;
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
  const result = await logJob(context, job, async () =>
    new ExtractRun(context, request, runId, options).finish(),
  );
  return { unanswered: [], resumesAtMs: null, newRows: 0, isMarketClosed: true, ...result };
}

/** The same request makes the same run id, so that a retried run meets its own objects. */
export function extractRunId(request: ExtractRequest): string {
  const symbols = request.symbols?.join(",") ?? "";
  const window = request.window === undefined ? "" : `${request.window.fromMs}-${request.window.toMs}`;
  const identity = [
    request.trigger,
    Date.parse(request.scheduledTime),
    request.assetClass,
    request.interval,
    request.provider ?? "",
    symbols,
    window,
    request.lastDays ?? "",
    request.only ?? "",
  ];
  return `${request.trigger}-${contentHash(identity.join("\n"))}`;
}
