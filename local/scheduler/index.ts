/** Keeps a lake current while the process runs: by the schedules of the deployment, or by polling. */
import type { eltJobLog, Row } from "../../core/tables/index.ts";
import type { Series } from "../../core/lake/keys.ts";
import { extractRunId } from "../../core/pipeline/extract.ts";
import type { Clock } from "../../core/ports.ts";
import { systemClock } from "../../lambdas/shared/system-clock.ts";
import type { LakeRuntime } from "../runtime.ts";
import { keepAgenda, type AgendaOptions, type Appointment } from "./agenda.ts";
import { StreamPolls, type PollEvent, type Stream } from "./streams.ts";
import { tickAppointments, type Tick } from "./ticks.ts";

export type { Appointment, PollEvent, Stream };

/** How a tick ended. */
export interface TickEvent {
  readonly tick: Tick;
  /** UTC ms. */
  readonly startedMs: number;
  readonly endedMs: number;
  /** Of all runs that the tick led to; empty where not even the job log could be written. */
  readonly jobs: readonly Row<typeof eltJobLog>[];
  /** Why it failed where that stands in no job; null where it does, or where it did not fail. */
  readonly error: unknown;
}

export interface KeepOptions extends Omit<AgendaOptions, "clock"> {
  readonly clock?: Clock;
}

type ScheduledLake = Pick<LakeRuntime, "schedules" | "symbolsOf" | "fire" | "drain" | "extractJobs">;

/** Runs the schedules of the deployment at their times, and first what was missed of them, until the signal comes. */
export async function keepSchedules(
  lake: ScheduledLake,
  { clock = systemClock, ...options }: KeepOptions,
  report: (event: TickEvent) => void,
): Promise<void> {
  const run = async (tick: Tick): Promise<void> => {
    const startedMs = clock.nowMs();
    let error: unknown = null;
    try {
      await lake.fire(tick.schedule, tick.request);
    } catch (thrown) {
      error = thrown;
    }
    await lake.drain();
    const ofTime = await lake.extractJobs(tick.request, tick.scheduledMs);
    // Another schedule may have asked for the series at that time, too.
    const jobs = ofTime.filter(({ started_at: jobStartedMs }) => jobStartedMs >= startedMs);
    const isLogged = jobs.some(({ status }) => status === "failed");
    report({ tick, startedMs, endedMs: clock.nowMs(), jobs, error: isLogged ? null : error });
  };
  const hasRun = async (request: Tick["request"]) => {
    const jobs = await lake.extractJobs(request, Date.parse(request.scheduledTime));
    const runId = extractRunId(request);
    return jobs.some((job) => job.run_id === runId && isDone(job));
  };
  const ports = { run, hasRun, symbolsOf: (series: Series) => lake.symbolsOf(series) };
  const appointments = await tickAppointments(lake.schedules, ports, clock.nowMs());
  await keepAgenda(appointments, { ...options, clock });
}

type PolledLake = Pick<LakeRuntime, "extract" | "drain" | "askedFor" | "lanes" | "lake">;

/**
 * Polls markets while they are open, until the signal comes.
 * @throws TerminalError where the first poll of a stream shows that none can succeed.
 */
export async function keepStreams(
  lake: PolledLake,
  streams: readonly Stream[],
  { clock = systemClock, ...options }: KeepOptions,
  report: (event: PollEvent) => void,
): Promise<void> {
  const appointments = streams.map((stream) => {
    const polls = new StreamPolls(stream, {
      clock,
      settings: lake.lake.settings,
      extract: (request) => lake.extract(request),
      drain: () => lake.drain(),
      askedFor: (request) => lake.askedFor(request),
      lanes: () => lake.lanes(),
      report,
    });
    return polls.appointment();
  });
  await keepAgenda(appointments, { ...options, clock });
}

/** A run of whose symbols some stayed without answer is tried again. */
const isDone = ({ status }: TickEvent["jobs"][number]): boolean =>
  status !== "failed" && status !== "partial";
