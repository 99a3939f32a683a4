/** The contract of market calendars. A date is `YYYY-MM-DD` and names a session; times are UTC ms. */

/** One trading session, half-open: trading is possible in `[openMs, closeMs)`. */
export interface Session {
  /** The exchange's trading date. Forex sessions open on the evening before theirs. */
  readonly date: string;
  readonly openMs: number;
  readonly closeMs: number;
  /** Whether the session ends before the exchange's usual time. */
  readonly earlyClose: boolean;
}

/** Its laws: `test/property/calendar-laws.test.ts`. Every method with a date throws `InvalidDateError` for a malformed date. */
export interface MarketCalendar {
  /** ISO 10383 code of the exchange, or `24x7` and `24x5`. */
  readonly id: string;
  /** IANA name. */
  readonly timeZone: string;
  /**
   * First and last date whose holidays are known. Earlier weekdays count as full sessions, so that no old bar is
   * called misplaced; later dates follow the rules in force today.
   */
  readonly validFrom: string;
  readonly validTo: string;
  /** The session of a date, or null where the market stays closed. */
  session(date: string): Session | null;
  /** The session that is open at a time, or null. */
  sessionAt(tsMs: number): Session | null;
  isOpen(tsMs: number): boolean;
  /** Whether any session trades within `[fromMs, toMs)`: the test for a bar, which may begin before the open. */
  overlaps(fromMs: number, toMs: number): boolean;
  /** The first session after `date`, which itself need not be a session. */
  nextSession(date: string): Session;
  /** The last session before `date`. */
  previousSession(date: string): Session;
  /** The sessions of `[fromDate, toDate)` in order. */
  sessions(fromDate: string, toDate: string): Iterable<Session>;
  /**
   * How many bars a session fills. Bars start at multiples of their length in UTC, so a first bar may begin before
   * the open: XNYS has 7 hourly bars, from 9:00 to 15:00. Bars of a day or more: 1.
   */
  expectedBars(session: Session, intervalMs: number): number;
  /** Date of the session to which a time belongs; outside sessions the exchange's date at that time. */
  sessionDateOf(tsMs: number): string;
}
