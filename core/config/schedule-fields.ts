import * as z from "zod";
import { isTimeZone } from "../calendar/time-zone.ts";
import { cronProblem } from "../schedule/cron.ts";

/** Six fields as EventBridge Scheduler has them: minute hour day-of-month month day-of-week year. */
export const cron = z.string().refine((text) => cronProblem(text) === null, {
  error: ({ input }) => cronProblem(String(input)),
});

/** IANA name of a zone: schedules follow its daylight saving time. */
export const timeZone = z.string().refine(isTimeZone, "expected an IANA time zone such as America/New_York");
