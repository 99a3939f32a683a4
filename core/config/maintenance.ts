/** What is asked for besides the ticks of the markets: gaps that they left, and history that may have been rewritten. */
import * as z from "zod";
import { cron, timeZone } from "./schedule-fields.ts";

const days = z.int().min(1).max(36_600);

const refillSchema = z.strictObject({
  cron: cron.default("0 9 * * ? *"),
  /** Of so many days, what the calendars expect and the lake misses is asked for. What is there costs no call. */
  lastDays: days.default(7),
});

const refreshSchema = z.strictObject({
  cron: cron.default("0 10 ? * SUN *"),
  /** Of daily bars. As much as FMP, Yahoo and Alpha Vantage give in one call; splits and dividends may be calls of their own. */
  dailyDays: days.nullable().default(1_800),
  /** Of intraday bars, of which vendors keep or give less at once; null for daily bars only. */
  intradayDays: days.nullable().default(30),
});

export const maintenanceSchema = z.strictObject({
  /** Zone of the crons below. */
  timeZone: timeZone.default("Etc/UTC"),
  /** Fills gaps; null for never. */
  gaps: refillSchema.nullable().prefault({}),
  /** Asks for everything of a stretch again, so that history that a provider has rewritten is corrected; null for never. */
  refresh: refreshSchema.nullable().prefault({}),
});
export type MaintenanceConfig = z.infer<typeof maintenanceSchema>;
