/** The schedules of the deployment as times and requests. */
import { TerminalError } from "../../core/errors.ts";
import { extractRequestSchema, parseRequest, type ExtractRequest } from "../../core/messages/index.ts";
import { type CronTimes, cronTimes } from "../../core/schedule/cron.ts";
import type { QueueSchedule } from "../wiring.ts";

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
const scheduledTimeAttribute = "<aws.scheduler.scheduled-time>";

/** @throws TerminalError for an expression other than a cron. */
export function timesOf({ name, expression, timeZone, input }: QueueSchedule): CronTimes {
  const cron = /^cron\((.*)\)$/.exec(expression)?.[1];
  if (cron === undefined) {
    throw new TerminalError(`schedule "${name}": expected cron(…), got "${expression}"; write it as a cron`);
  }
  const times = cronTimes(cron, timeZone);
  const polls = (input as Partial<ExtractRequest>).polls;
  return polls === undefined ? times : withPolls(times, polls);
}

/**
 * What a schedule asks for at a time. The polls that a function makes in one invocation are ticks of their own here, so that
 * others need not wait for the last of them.
 * @throws InvalidMessageError where the schedule's input is no request.
 */
export function requestAt({ input }: QueueSchedule, tickMs: number): ExtractRequest {
  // As EventBridge Scheduler writes times, without milliseconds.
  const scheduledTime = new Date(tickMs).toISOString().replace(".000Z", "Z");
  const filled: unknown = JSON.parse(JSON.stringify(input).replaceAll(scheduledTimeAttribute, scheduledTime));
  const { polls: _polls, ...request } = parseRequest(extractRequestSchema, filled);
  return request;
}

function withPolls(times: CronTimes, { count, everyMs }: NonNullable<ExtractRequest["polls"]>): CronTimes {
  return {
    next(afterMs) {
      const tickMs = times.newest(afterMs);
      const poll = tickMs === null ? count : Math.floor((afterMs - tickMs) / everyMs) + 1;
      return poll < count ? tickMs! + poll * everyMs : times.next(afterMs);
    },
    newest(atMs) {
      const tickMs = times.newest(atMs);
      if (tickMs === null) return null;
      return tickMs + Math.min(count - 1, Math.floor((atMs - tickMs) / everyMs)) * everyMs;
    },
  };
}
