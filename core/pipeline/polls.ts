/** Several runs of one request, for polling faster than a schedule can fire. */
import { TransientError } from "../errors.ts";
import type { ExtractRequest } from "../messages/index.ts";
import type { Clock } from "../ports.ts";
import type { ExtractResult } from "./extract.ts";

export interface PollingPorts {
  readonly clock: Clock;
  /** Of the clock: no poll begins after it. */
  readonly deadlineMs: number;
  /** One run; is given requests without `polls`, each with its own scheduled time. */
  readonly run: (request: ExtractRequest) => Promise<ExtractResult>;
}

/**
 * Runs the request as often as its `polls` say, the given time apart; once where it has none. A poll whose successor's time has
 * come, because one before it took long, is passed over: the successor asks for the same and more. A scheduled request that
 * waited in its lane until the next one was due runs once, so that a lane that fell behind catches up. Polling ends early at
 * the deadline, when the market has closed, and when no provider may be asked any more.
 *
 * @returns sums over the polls
 * @throws the first error where every poll failed. What fails in some of them is in the job log, and the others make up for it.
 */
export async function extractInPolls(
  { polls, ...request }: ExtractRequest,
  ports: PollingPorts,
): Promise<ExtractResult> {
  if (polls === undefined) return ports.run(request);
  const startMs = ports.clock.nowMs();
  const scheduledMs = Date.parse(request.scheduledTime);
  const isOvertaken = request.trigger === "schedule" && startMs >= scheduledMs + polls.count * polls.everyMs;
  const count = isOvertaken ? 1 : polls.count;
  const results: ExtractResult[] = [];
  const errors: unknown[] = [];
  for (let poll = 0; poll < count; poll = nextPoll(poll)) {
    const waitMs = startMs + poll * polls.everyMs - ports.clock.nowMs();
    if (poll > 0 && ports.clock.nowMs() + Math.max(0, waitMs) >= ports.deadlineMs) break;
    await ports.clock.sleep(Math.max(0, waitMs));
    const pollMs = scheduledMs + poll * polls.everyMs;
    try {
      results.push(await ports.run({ ...request, scheduledTime: new Date(pollMs).toISOString() }));
    } catch (error) {
      errors.push(error);
    }
    const last = results.at(-1);
    if (last?.isMarketClosed === true || last?.unanswered.length) break;
  }
  // Of several errors one that a retry may help is told, so that there is one.
  if (results.length === 0) throw errors.find((error) => error instanceof TransientError) ?? errors[0];
  return results.reduce(sum);

  function nextPoll(poll: number): number {
    const elapsedMs = ports.clock.nowMs() - startMs;
    return Math.max(poll + 1, Math.floor(elapsedMs / polls!.everyMs));
  }
}

function sum(a: ExtractResult, b: ExtractResult): ExtractResult {
  return {
    rowsIn: a.rowsIn + b.rowsIn,
    rowsOut: a.rowsOut + b.rowsOut,
    rowsRejected: a.rowsRejected + b.rowsRejected,
    bytesIn: a.bytesIn + b.bytesIn,
    bytesOut: a.bytesOut + b.bytesOut,
    newestBarMs: b.newestBarMs ?? a.newestBarMs,
    newRows: a.newRows + b.newRows,
    unanswered: b.unanswered,
    resumesAtMs: b.resumesAtMs,
    isMarketClosed: b.isMarketClosed,
  };
}
