/** Everything a calendar answers, derived from two questions: the session of a day, and the day of a time. */
import { TerminalError } from "../errors.ts";
import { memoize } from "../memoize.ts";
import type { MarketCalendar, Session } from "./calendar.ts";
import { dayMs, formatDate, parseDate } from "./days.ts";

/** What distinguishes one market from another. Days are numbers, see `days.ts`. */
export interface SessionRule {
  readonly id: string;
  readonly timeZone: string;
  readonly validFrom: string;
  readonly validTo: string;
  /** Asked once per day; the answer is remembered. */
  sessionOn(day: number): Session | null;
  /** The trading day to which a time belongs, whether the market is open or not. */
  dayAt(tsMs: number): number;
}

/** No market known stays closed so long; XNYS closed for 135 days in 1914. */
const closedDaysMax = 200;

export function sessionCalendar(rule: SessionRule): MarketCalendar {
  const on = memoize((day: number) => rule.sessionOn(day));
  const dayOfDate = memoize(parseDate);
  const dateOfDay = memoize(formatDate);

  const seek = (date: string, step: 1 | -1): Session => {
    const start = parseDate(date);
    for (let distance = 1; distance <= closedDaysMax; distance++) {
      const session = on(start + step * distance);
      if (session !== null) return session;
    }
    throw new TerminalError(
      `calendar ${rule.id}: expected a session within ${closedDaysMax} days of "${date}", found none; its rules are wrong`,
    );
  };

  const sessionAt = (tsMs: number): Session | null => {
    const session = on(rule.dayAt(tsMs));
    return session !== null && tsMs >= session.openMs && tsMs < session.closeMs ? session : null;
  };

  return {
    id: rule.id,
    timeZone: rule.timeZone,
    validFrom: rule.validFrom,
    validTo: rule.validTo,
    session: (date) => on(dayOfDate(date)),
    sessionAt,
    isOpen: (tsMs) => sessionAt(tsMs) !== null,
    overlaps(fromMs, toMs) {
      const last = rule.dayAt(toMs - 1);
      for (let day = rule.dayAt(fromMs); day <= last; day++) {
        const session = on(day);
        if (session !== null && session.openMs < toMs && session.closeMs > fromMs) return true;
      }
      return false;
    },
    nextSession: (date) => seek(date, 1),
    previousSession: (date) => seek(date, -1),
    *sessions(fromDate, toDate) {
      const end = parseDate(toDate);
      for (let day = parseDate(fromDate); day < end; day++) {
        const session = on(day);
        if (session !== null) yield session;
      }
    },
    expectedBars(session, intervalMs) {
      if (intervalMs >= dayMs) return 1;
      return Math.ceil(session.closeMs / intervalMs) - Math.floor(session.openMs / intervalMs);
    },
    sessionDateOf(tsMs) {
      const day = rule.dayAt(tsMs);
      return on(day)?.date ?? dateOfDay(day);
    },
  };
}
