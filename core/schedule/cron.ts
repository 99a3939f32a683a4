/**
 * When a cron of EventBridge Scheduler is due. A time that a clock change leaves out is skipped; of one that comes twice only
 * the first counts. (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time)
 */
import { Cron } from "croner";
import { dayMs } from "../calendar/days.ts";
import { openZone, type Zone } from "../calendar/zone.ts";
import { memoize } from "../memoize.ts";
import { cronerPattern, InvalidCronError } from "./cron-fields.ts";

export { InvalidCronError };

/** Times of a schedule, UTC ms. */
export interface CronTimes {
  /** The first time after `afterMs`; null where there is none any more. */
  next(afterMs: number): number | null;
  /** The newest time up to and including `atMs`; null where there was none. */
  newest(atMs: number): number | null;
}

/**
 * @param cron six fields: minute hour day-of-month month day-of-week year
 * @param timeZone IANA name of the zone in which the fields are read
 * @throws InvalidCronError for what EventBridge would not take.
 */
export function cronTimes(cron: string, timeZone: string): CronTimes {
  // Local times are reckoned as if they were UTC: croner's own zones treat clock changes otherwise than EventBridge.
  const local = new Cron(cronerPattern(cron), { mode: "7-part", utcOffset: 0, paused: true });
  const zone = zoneOf(timeZone);
  return {
    next(afterMs) {
      for (let localMs = afterMs + zone.offsetAtMs(afterMs); ;) {
        const found = local.nextRun(new Date(localMs));
        if (found === null) return null;
        localMs = found.getTime();
        const tickMs = firstUtcOf(zone, localMs);
        if (tickMs !== null && tickMs > afterMs) return tickMs;
      }
    },
    newest(atMs) {
      // Within a repeated hour, the clock has shown later times already.
      const aheadMs = Math.max(zone.offsetAtMs(atMs), zone.offsetAtMs(atMs - dayMs));
      for (let localMs = atMs + aheadMs + 1; ;) {
        const [found] = local.previousRuns(1, new Date(localMs));
        if (found === undefined) return null;
        localMs = found.getTime();
        const tickMs = firstUtcOf(zone, localMs);
        if (tickMs !== null && tickMs <= atMs) return tickMs;
      }
    },
  };
}

/** What is wrong with a cron; null where nothing is. */
export function cronProblem(cron: string): string | null {
  try {
    cronTimes(cron, "Etc/UTC");
    return null;
  } catch (error) {
    if (error instanceof InvalidCronError) return error.problem;
    throw error;
  }
}

/** Times of a cron within `[fromMs, toMs)`. */
export function* cronTimesWithin(times: CronTimes, fromMs: number, toMs: number): Generator<number> {
  for (let tickMs = times.next(fromMs - 1); tickMs !== null && tickMs < toMs; tickMs = times.next(tickMs)) {
    yield tickMs;
  }
}

/** UTC time at which a zone's clock first shows a time, both as ms of their own clock; null where it never does. */
function firstUtcOf(zone: Zone, localMs: number): number | null {
  // No clock changes twice within a day, and none is a day off UTC.
  const offsets = [zone.offsetAtMs(localMs - dayMs), zone.offsetAtMs(localMs + dayMs)];
  const found = offsets.filter((offsetMs) => zone.offsetAtMs(localMs - offsetMs) === offsetMs);
  return found.length === 0 ? null : localMs - Math.max(...found);
}

const zoneOf = memoize(openZone);
