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
 * The first appointment of each schedule: what was missed until `nowMs`, if it was, else the next tick.
 * @throws TerminalError for a schedule that cannot be run here.
 */
export async function tickAppointments(
  schedules: readonly QueueSchedule[],
  ports: TickPorts,
  nowMs: number,
): Promise<Appointment[]> {
  const appointments = schedules.map(async (schedule) => {
    const times = timesOf(schedule);
    const missed = newestMissed(schedule, times, ports, { afterMs: nowMs - missedMsMax, nowMs });
    const isMissed = missed !== null && !(await ports.hasRun(requestAt(schedule, missed)));
    return isMissed
      ? appointmentOf(schedule, times, ports, missed)
      : nextAppointment(schedule, times, ports, nowMs);
  });
  return (await Promise.all(appointments)).filter((appointment) => appointment !== null);
}

function appointmentOf(
  schedule: QueueSchedule,
  times: CronTimes,
  ports: TickPorts,
  atMs: number,
): Appointment {
  return {
    name: schedule.name,
    atMs,
    keep: async (nowMs) => {
      const tickMs = newestMissed(schedule, times, ports, { afterMs: atMs - 1, nowMs })!;
      const standsInFor = [...cronTimesWithin(times, atMs, tickMs)].length;
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
  return nextMs === null ? null : appointmentOf(schedule, times, ports, nextMs);
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
