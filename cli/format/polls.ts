/** What `stream` says of its polls. */
import { describeError } from "../../core/errors.ts";
import { unansweredIn } from "../../core/pipeline/unfinished.ts";
import type { PollEvent, Stream } from "../../local/scheduler/index.ts";
import { utcMoment, type EventLine } from "./events.ts";
import type { Fact } from "./facts.ts";
import { count, duration } from "./numbers.ts";

export const streamName = ({ assetClass, interval }: Stream): string => `${assetClass} ${interval}`;

/** What is polled, in a sentence. */
export function streamIntroduction(stream: Stream): string {
  const { symbols, calendarSymbols, provider, everyMs } = stream;
  const number = (symbols ?? calendarSymbols).length;
  const what = number === 0 ? "all symbols" : `${count(number)} ${number === 1 ? "symbol" : "symbols"}`;
  const who = provider === undefined ? "the configured providers" : provider;
  return `${streamName(stream)}: ${what} of ${who}, every ${everyText(everyMs)}`;
}

export function pollLine({ stream, startedMs, endedMs, result, error, next }: PollEvent): EventLine {
  const until = utcMoment(next.atMs, endedMs);
  const unanswered = result?.unanswered.length ?? 0;
  const what = {
    open: `next ${until}`,
    saving: `next ${until}, so that budgets last`,
    closed: `market closed until ${until}`,
    spent: `no provider may be asked until ${until}`,
  }[next.reason];
  const found = unansweredIn(result?.note ?? "");
  const trouble = unanswered === 0 ? [] : [found?.what ?? `${count(unanswered)} without answer`];
  return {
    atMs: startedMs,
    name: streamName(stream),
    figure: figureOf(result),
    took: duration(endedMs - startedMs),
    remark: [...trouble, what].join("; "),
    cause: error === null ? (found?.why ?? "") : describeError(error),
    isBad: result === null || unanswered > 0,
  };
}

function figureOf(result: PollEvent["result"]): string {
  if (result === null) return "failed";
  if (result.newRows > 0) return `${count(result.newRows)} rows`;
  return result.unanswered.length > 0 ? "no answer" : "no news";
}

/** Sums for the end. */
export class PollTotals {
  #polls = 0;
  #withNews = 0;
  #failed = 0;
  #rows = 0;

  add({ result }: PollEvent): void {
    this.#polls++;
    if (result === null) this.#failed++;
    else if (result.newRows > 0) this.#withNews++;
    this.#rows += result?.newRows ?? 0;
  }

  facts(elapsedMs: number): Fact[] {
    return [
      { label: "polls", value: this.#polls, remark: `${count(this.#withNews)} with news` },
      { label: "rows", value: this.#rows, remark: "received in answers that brought news" },
      ...(this.#failed === 0
        ? []
        : [{ label: "failed", value: this.#failed, remark: "polls; the job log tells why" }]),
      { label: "time", value: duration(elapsedMs) },
    ];
  }
}

function everyText(ms: number): string {
  return ms % 60_000 === 0 ? `${count(ms / 60_000)} min` : `${count(ms / 1_000)} s`;
}
