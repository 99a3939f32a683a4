import type { MarketCalendar } from "./calendar.ts";

/**
 * Whether a tick at a time finds bars that the one before it did not: of the bar that ends at the tick, or of one that came
 * late, so the two ticks after the close count.
 */
export function isTickDue(calendar: MarketCalendar, lengthMs: number, tickMs: number): boolean {
  return [1, lengthMs, 2 * lengthMs].some((agoMs) => calendar.isOpen(tickMs - agoMs));
}
