/** Local time of an IANA zone. Rules come from Temporal; spans of equal offset are remembered, for it is slow. */
// As functions, of which bundles take only these: the classes would add fifty kilobytes to every function.
import * as Instant from "temporal-polyfill/fns/Instant";
import * as ZonedDateTime from "temporal-polyfill/fns/ZonedDateTime";
import { dayMs } from "./days.ts";

interface OffsetSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly offsetMs: number;
}

export interface Zone {
  readonly name: string;
  /** What to add to a UTC time to get the local one. */
  offsetAtMs(tsMs: number): number;
  /**
   * UTC time of a local time, both as ms since the epoch of their own clock. A local time that a clock change skips is
   * read by the clock before the change. One that it repeats means the first, unless the second is asked for.
   */
  utcOfLocalMs(localMs: number, occurrence?: "first" | "second"): number;
}

/** A zone that remembers the two or so spans per year that it was asked for. */
export function openZone(name: string): Zone {
  const spans: OffsetSpan[] = [];
  let latest: OffsetSpan | undefined;

  const spanAt = (tsMs: number): OffsetSpan => {
    if (latest !== undefined && tsMs >= latest.fromMs && tsMs < latest.toMs) return latest;
    latest = spans.find((span) => tsMs >= span.fromMs && tsMs < span.toMs);
    if (latest === undefined) {
      latest = readSpan(name, tsMs);
      spans.push(latest);
    }
    return latest;
  };

  const offsetAtMs = (tsMs: number) => spanAt(tsMs).offsetMs;
  return {
    name,
    offsetAtMs,
    utcOfLocalMs(localMs, occurrence = "first") {
      // No offset is a day long, and no zone changes its clocks twice within two days.
      const before = offsetAtMs(localMs - dayMs);
      const after = offsetAtMs(localMs + dayMs);
      const [first, second] = [localMs - before, localMs - after];
      const isBefore = offsetAtMs(first) === before;
      const isAfter = offsetAtMs(second) === after;
      return isAfter && (occurrence === "second" || !isBefore) ? second : first;
    },
  };
}

function readSpan(name: string, tsMs: number): OffsetSpan {
  const now = Instant.toZonedDateTimeISO(Instant.fromEpochMilliseconds(Math.floor(tsMs)), name);
  const next = ZonedDateTime.getTimeZoneTransition(now, "next");
  // "previous" is strictly before, so a transition at this very moment is found from a moment later.
  const previous = ZonedDateTime.getTimeZoneTransition(ZonedDateTime.addMilliseconds(now, 1), "previous");
  return {
    fromMs: previous?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    toMs: next?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offsetMs: ZonedDateTime.offsetNanoseconds(now) / 1_000_000,
  };
}
