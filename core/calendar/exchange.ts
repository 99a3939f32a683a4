/** Exchanges with one session per weekday, declared by rules: the form that `xnys.ts` and its like fill in. */
import { memoize } from "../memoize.ts";
import type { MarketCalendar, Session } from "./calendar.ts";
import { dayMs, formatDate, isWeekend, minuteMs, parseDate, yearOf } from "./days.ts";
import { sessionCalendar } from "./session-calendar.ts";
import { openZone } from "./zone.ts";

/** A yearly event and the years, both included, in which it applies. */
export interface YearlyRule {
  readonly name: string;
  /** Day number in a year, or null where that year has none. */
  readonly day: (year: number) => number | null;
  readonly fromYear?: number;
  readonly toYear?: number;
}

/** Local wall time as `HH:MM`. */
export type LocalTime = `${number}:${number}`;

export interface EarlyCloseRule extends YearlyRule {
  readonly close: LocalTime;
}

/** The days on which a market does not keep its usual hours. */
export interface ExceptionRules {
  readonly holidays: readonly YearlyRule[];
  /** Dates without a session, with the reason. */
  readonly closures: Readonly<Record<string, string>>;
  readonly earlyCloses: readonly EarlyCloseRule[];
  /** Dates that ended early once, with the reason. */
  readonly closedEarly: Readonly<Record<string, { readonly close: LocalTime; readonly reason: string }>>;
  /** Dates that began late once, with the reason. */
  readonly openedLate?: Readonly<Record<string, { readonly open: LocalTime; readonly reason: string }>>;
}

export interface ExchangeRules extends ExceptionRules {
  /** ISO 10383 market identifier code, or a name of ours where a market has none. */
  readonly id: string;
  readonly timeZone: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly open: LocalTime;
  readonly close: LocalTime;
}

/** The calendar that follows from an exchange's rules. */
export function exchangeCalendar(rules: ExchangeRules): MarketCalendar {
  const zone = openZone(rules.timeZone);
  const firstDay = parseDate(rules.validFrom);
  const exceptionsOf = memoize((year: number) => exceptionalDays(rules, year));

  const sessionOn = (day: number): Session | null => {
    if (isWeekend(day)) return null;
    const { closed, opensAt, closesAt } = day < firstDay ? noExceptions : exceptionsOf(yearOf(day));
    if (closed.has(day)) return null;
    const early = closesAt.get(day);
    return {
      date: formatDate(day),
      openMs: zone.utcOfLocalMs(day * dayMs + sinceMidnightMs(opensAt.get(day) ?? rules.open)),
      closeMs: zone.utcOfLocalMs(day * dayMs + sinceMidnightMs(early ?? rules.close)),
      earlyClose: early !== undefined,
    };
  };

  return sessionCalendar({
    id: rules.id,
    timeZone: rules.timeZone,
    validFrom: rules.validFrom,
    validTo: rules.validTo,
    sessionOn,
    dayAt: (tsMs) => Math.floor((tsMs + zone.offsetAtMs(tsMs)) / dayMs),
  });
}

export interface ExceptionalDays {
  readonly closed: ReadonlySet<number>;
  readonly opensAt: ReadonlyMap<number, LocalTime>;
  readonly closesAt: ReadonlyMap<number, LocalTime>;
}

const noExceptions: ExceptionalDays = { closed: new Set(), opensAt: new Map(), closesAt: new Map() };

/** The exceptional days of one year. */
export function exceptionalDays(rules: ExceptionRules, year: number): ExceptionalDays {
  const inForce = ({ fromYear = year, toYear = year }: YearlyRule) => fromYear <= year && year <= toYear;
  const closed = new Set(Object.keys(rules.closures).map(parseDate));
  for (const holiday of rules.holidays.filter(inForce)) {
    const day = holiday.day(year);
    if (day !== null) closed.add(day);
  }
  const closesAt = new Map<number, LocalTime>();
  for (const early of rules.earlyCloses.filter(inForce)) {
    const day = early.day(year);
    if (day !== null) closesAt.set(day, early.close);
  }
  for (const [date, { close }] of Object.entries(rules.closedEarly)) closesAt.set(parseDate(date), close);
  const opensAt = new Map(
    Object.entries(rules.openedLate ?? {}).map(([date, { open }]) => [parseDate(date), open]),
  );
  return { closed, opensAt, closesAt };
}

export function sinceMidnightMs(time: LocalTime): number {
  const [hours, minutes] = time.split(":").map(Number);
  return (hours! * 60 + minutes!) * minuteMs;
}
