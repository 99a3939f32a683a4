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

export function tickLine(event: TickEvent): EventLine {
  const { tick, startedMs, endedMs, jobs, error } = event;
  const failures = jobs.filter(({ status }) => status === "failed").map(({ detail }) => detail ?? "failed");
  const unanswered = jobs
    .filter(({ status }) => status === "succeeded")
    .map(({ detail }) => unansweredIn(detail ?? ""))
    .filter((text) => text !== null);
  const isLate = startedMs - tick.scheduledMs >= lateMs;
  const { standsInFor } = tick;
  const remarks = [
    ...(isLate ? [`of ${utcMoment(tick.scheduledMs, startedMs)}`] : []),
    ...(standsInFor === 0 ? [] : [`also for ${count(standsInFor)} missed before`]),
    ...(error === null ? [] : [describeError(error)]),
    ...failures,
    ...unanswered,
  ];
  return {
    atMs: startedMs,
    name: tick.schedule.name,
    figure: figureOf(event),
    took: duration(endedMs - startedMs),
    remark: remarks.join("; "),
    isBad: hasFailed(event),
  };
}

function figureOf(event: TickEvent): string {
  if (hasFailed(event)) return "failed";
  const rows = rowsOf(event);
  return rows === 0 ? "no news" : `${count(rows)} rows`;
}

/** Ticks of closed markets, which are many and say nothing each, in one line. */
export function skippedText(events: readonly TickEvent[]): string {
  return `markets closed: ${events.map(({ tick }) => tick.schedule.name).join(", ")}`;
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
  #rows = 0;

  get failed(): number {
    return this.#failed;
  }

  add(event: TickEvent): void {
    if (wasSkipped(event)) this.#skipped++;
    else if (hasFailed(event)) this.#failed++;
    else this.#run++;
    this.#rows += rowsOf(event);
  }

  facts(elapsedMs: number): Fact[] {
    return [
      { label: "ticks", value: this.#run, remark: `and ${count(this.#skipped)} while markets were closed` },
      { label: "rows", value: this.#rows, remark: "received" },
      ...(this.#failed === 0
        ? []
        : [{ label: "failed", value: this.#failed, remark: "ticks; status tells why" }]),
      { label: "time", value: duration(elapsedMs) },
    ];
  }
}

const rowsOf = ({ jobs }: TickEvent): number => jobs.reduce((sum, { rows_in: rows }) => sum + rows, 0);
