/** Which ticks of a schedule have nothing to ask for. */
import { calendarFor, isTickDue } from "../calendar/index.ts";
import type { Series } from "../lake/keys.ts";
import { intervalMs } from "../market.ts";

/** The calendar by which a tick finds its market closed, or null where it is to ask. Daily ticks always ask. */
export function closedAt({ assetClass, interval }: Series, tickMs: number): string | null {
  const calendar = interval === "1d" ? null : calendarFor(assetClass);
  if (calendar === null || isTickDue(calendar, intervalMs[interval], tickMs)) return null;
  return calendar.id;
}
