/** What `run` says of ticks. */
import { describeError } from "../../core/errors.ts";
import { unansweredIn } from "../../core/pipeline/unfinished.ts";
import type { Appointment, TickEvent } from "../../local/scheduler/index.ts";
import { utcMoment, type EventLine } from "./events.ts";
import type { Fact } from "./facts.ts";
import { count, duration } from "./numbers.ts";

/** A tick that is run so much after its time is called late. */
const lateMs = 60_000;

export const wasSkipped = ({ jobs }: TickEvent): boolean =>
  jobs.length > 0 && jobs.every(({ status }) => status === "skipped");

export const hasFailed = ({ jobs, error }: TickEvent): boolean =>
  error !== null || jobs.length === 0 || jobs.some(({ status }) => status === "failed");

/** Whether some symbols stayed without answer, as no provider may be asked now. */
export const isUnanswered = ({ jobs }: TickEvent): boolean => jobs.some(({ status }) => status === "partial");

export function tickLine(event: TickEvent): EventLine {
  const { tick, startedMs, endedMs, jobs, error } = event;
  const failures = jobs.filter(({ status }) => status === "failed").map(({ detail }) => detail ?? "failed");
  const unanswered = jobs
    .filter(({ status }) => status === "succeeded" || status === "partial")
    .map(({ detail }) => unansweredIn(detail ?? ""))
    .filter((found) => found !== null);
  const isLate = startedMs - tick.scheduledMs >= lateMs;
  const { standsInFor } = tick;
  const remarks = [
    ...(isLate ? [`of ${utcMoment(tick.scheduledMs, startedMs)}`] : []),
    ...(standsInFor === 0 ? [] : [`also for ${count(standsInFor)} missed before`]),
    ...unanswered.map(({ what }) => what),
  ];
  const causes = [
    ...(error === null ? [] : [describeError(error)]),
    ...failures,
    ...unanswered.map(({ why }) => why),
  ];
  return {
    atMs: startedMs,
    name: tick.schedule.name,
    figure: figureOf(event),
    took: duration(endedMs - startedMs),
    remark: remarks.join("; "),
    cause: [...new Set(causes)].join("; "),
    isBad: hasFailed(event) || isUnanswered(event),
  };
}

function figureOf(event: TickEvent): string {
  if (hasFailed(event)) return "failed";
  const rows = rowsOf(event);
  if (rows === 0 && isUnanswered(event)) return "no answer";
  return rows === 0 ? "no news" : `${count(rows)} rows`;
}

/** Ticks that had nothing to ask for, which are many and say nothing each, in one line. */
export function skippedText(events: readonly TickEvent[]): string {
  const byReason = Map.groupBy(events, ({ jobs }) => jobs[0]!.detail?.split(":", 1)[0] ?? "skipped");
  return [...byReason]
    .map(([reason, skipped]) => `${reason}: ${skipped.map(({ tick }) => tick.schedule.name).join(", ")}`)
    .join("; ");
}

/** What comes next, and when. */
export function nextText(next: readonly Appointment[], nowMs: number): string {
  const [first] = next;
  if (first === undefined) return "nothing is scheduled any more";
  const names = next.filter(({ atMs }) => atMs === first.atMs).map(({ name }) => name);
  return `next ${utcMoment(first.atMs, nowMs)}: ${names.join(", ")}`;
}

/** Sums for the end. */
export class TickTotals {
  #run = 0;
  #skipped = 0;
  #failed = 0;
  #unanswered = 0;
  #rows = 0;

  /** Ticks of which something is still to come. */
  get incomplete(): number {
    return this.#failed + this.#unanswered;
  }

  add(event: TickEvent): void {
    if (wasSkipped(event)) this.#skipped++;
    else if (hasFailed(event)) this.#failed++;
    else this.#run++;
    if (!hasFailed(event) && isUnanswered(event)) this.#unanswered++;
    this.#rows += rowsOf(event);
  }

  facts(elapsedMs: number): Fact[] {
    return [
      { label: "ticks", value: this.#run, remark: `and ${count(this.#skipped)} with nothing to ask for` },
      { label: "rows", value: this.#rows, remark: "received" },
      ...(this.#failed === 0
        ? []
        : [{ label: "failed", value: this.#failed, remark: "ticks; status tells why" }]),
      ...(this.#unanswered === 0
        ? []
        : [{ label: "unanswered", value: this.#unanswered, remark: "ticks, wholly or in part" }]),
      { label: "time", value: duration(elapsedMs) },
    ];
  }
}

const rowsOf = ({ jobs }: TickEvent): number => jobs.reduce((sum, { rows_in: rows }) => sum + rows, 0);
