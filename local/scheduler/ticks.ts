/**
 * Ticks of schedules as appointments. A schedule is level-triggered: of ticks that were missed, because the machine slept or
 * others took long, the newest is run, late, for it asks for all that the ones before it would have brought.
 */
import type { Series } from "../../core/lake/keys.ts";
import type { ExtractRequest } from "../../core/messages/index.ts";
import { isTick } from "../../core/pipeline/extract-work.ts";
import { hoursOf, isClosedAt } from "../../core/schedule/closed-market.ts";
import { type CronTimes, cronTimesWithin } from "../../core/schedule/cron.ts";
import type { Appointment } from "./agenda.ts";
import type { QueueSchedule } from "../wiring.ts";
import { requestAt, timesOf } from "./schedules.ts";

/** Missed ticks are looked for so far back. */
const missedMsMax = 7 * 86_400_000;
/** Of a market that was closed at the newest missed ticks, an earlier one is run; so many are looked at. */
const missedTicksMax = 5_000;

export interface Tick {
  readonly schedule: QueueSchedule;
  readonly request: ExtractRequest;
  /** UTC ms. */
  readonly scheduledMs: number;
  /** Earlier ticks, missed since the one before was run, for which it stands in. */
  readonly standsInFor: number;
}

export interface TickPorts {
  /** Runs a tick with all that follows from it. */
  readonly run: (tick: Tick) => Promise<void>;
  /** Whether a tick has been run, by an earlier process. */
  readonly hasRun: (request: ExtractRequest) => Promise<boolean>;
  /** Those that the configuration names for a series; empty where it names none. */
  readonly symbolsOf: (series: Series) => readonly string[];
}

/**
 * The first appointment of each schedule: what was missed until `nowMs`, if it was, else the next tick. What was missed is due
 * at once, in the order that costs the fewest calls.
 * @throws TerminalError for a schedule that cannot be run here.
 */
export async function tickAppointments(
  schedules: readonly QueueSchedule[],
  ports: TickPorts,
  nowMs: number,
): Promise<Appointment[]> {
  const missed: { readonly schedule: QueueSchedule; readonly request: ExtractRequest; tickMs: number }[] = [];
  const appointments: (Appointment | null)[] = [];
  for (const schedule of schedules) {
    const times = timesOf(schedule);
    const tickMs = newestMissed(schedule, times, ports, { afterMs: nowMs - missedMsMax, nowMs });
    const request = tickMs === null ? null : requestAt(schedule, tickMs);
    if (request === null || (await ports.hasRun(request))) {
      appointments.push(nextAppointment(schedule, times, ports, nowMs));
    } else {
      missed.push({ schedule, request, tickMs: tickMs! });
    }
  }
  missed.sort((a, b) => costRank(a.request) - costRank(b.request) || a.tickMs - b.tickMs);
  const atMs = Math.min(...missed.map(({ tickMs }) => tickMs));
  for (const { schedule, tickMs } of missed)
    appointments.push(appointmentOf(schedule, timesOf(schedule), ports, { atMs, tickMs }));
  return appointments.filter((appointment) => appointment !== null);
}

/**
 * Refreshes first, for until a first tick has brought something they ask for nothing, and what they bring late comes before
 * what is newer. Gaps last, for after the ticks there are few.
 */
function costRank({ only, lastDays }: ExtractRequest): number {
  if (only === "gaps") return 2;
  return lastDays === undefined ? 1 : 0;
}

function appointmentOf(
  schedule: QueueSchedule,
  times: CronTimes,
  ports: TickPorts,
  due: { readonly atMs: number; readonly tickMs: number },
): Appointment {
  return {
    name: schedule.name,
    atMs: due.atMs,
    keep: async (nowMs) => {
      const tickMs = newestMissed(schedule, times, ports, { afterMs: due.tickMs - 1, nowMs })!;
      const standsInFor = [...cronTimesWithin(times, due.tickMs, tickMs)].length;
      await ports.run({ schedule, request: requestAt(schedule, tickMs), scheduledMs: tickMs, standsInFor });
      return nextAppointment(schedule, times, ports, nowMs);
    },
  };
}

function nextAppointment(
  schedule: QueueSchedule,
  times: CronTimes,
  ports: TickPorts,
  afterMs: number,
): Appointment | null {
  const nextMs = times.next(afterMs);
  return nextMs === null ? null : appointmentOf(schedule, times, ports, { atMs: nextMs, tickMs: nextMs });
}

/** The newest tick of `(afterMs, nowMs]`, where it is bound to hours one in them if there is one; null without any. */
function newestMissed(
  schedule: QueueSchedule,
  times: CronTimes,
  ports: TickPorts,
  { afterMs, nowMs }: { readonly afterMs: number; readonly nowMs: number },
): number | null {
  const newestMs = times.newest(nowMs);
  if (newestMs === null || newestMs <= afterMs) return null;
  const request = requestAt(schedule, newestMs);
  if (!isTick(request)) return newestMs;
  const hours = hoursOf(request.assetClass, request.symbols ?? ports.symbolsOf(request));
  let tickMs: number | null = newestMs;
  for (let looked = 0; tickMs !== null && tickMs > afterMs && looked < missedTicksMax; looked++) {
    if (!isClosedAt(request.interval, hours, tickMs)) return tickMs;
    tickMs = times.newest(tickMs - 1);
  }
  return newestMs;
}
