/** How times look to people: UTC, as precise as they are meant. */
import type { Interval } from "../../core/market.ts";

/** The start of a bar, given as ISO-8601: `2026-11-20`, `2026-11-20 14:30`. The time of daily bars says nothing. */
export const barTime = (iso: string, interval: Interval): string =>
  interval === "1d" ? iso.slice(0, 10) : minuteOf(iso);

/** `2026-11-20 14:30`. */
export const minuteOf = (iso: string): string => iso.slice(0, 16).replace("T", " ");
