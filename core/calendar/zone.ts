/** Local time of an IANA zone. Rules come from Temporal; spans of equal offset are remembered, for it is slow. */
// As functions, of which bundles take only these: the classes would add fifty kilobytes to every function.
import * as Instant from "temporal-polyfill/fns/Instant";
import * as ZonedDateTime from "temporal-polyfill/fns/ZonedDateTime";

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
   * UTC time of a local time, both as ms since the epoch of their own clock. Where a clock change skips or repeats the
   * local time, a time within an hour of it: no session begins or ends then.
   */
  utcOfLocalMs(localMs: number): number;
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
    utcOfLocalMs: (localMs) => localMs - offsetAtMs(localMs - offsetAtMs(localMs)),
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
