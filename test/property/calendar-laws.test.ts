import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  alwaysOpen,
  cmes,
  forex,
  newestBarStart,
  nextBarEnd,
  usTreasury,
  xcbo,
  xist,
  xnys,
} from "../../core/calendar/index.ts";
import { formatDate, parseDate } from "../../core/calendar/days.ts";

const anyDay = fc.integer({ min: parseDate("1985-01-01"), max: parseDate("2030-12-31") });
const anyTimeMs = fc.integer({ min: Date.parse("1985-01-01"), max: Date.parse("2030-12-31") });

describe.each([xnys, xist, xcbo, usTreasury, cmes, forex, alwaysOpen])("calendar $id", (calendar) => {
  it("returns to a session from the one after it and from the one before it", () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const { date } = calendar.nextSession(formatDate(day));
        expect(calendar.nextSession(calendar.previousSession(date).date).date).toBe(date);
        expect(calendar.previousSession(calendar.nextSession(date).date).date).toBe(date);
      }),
    );
  });

  it("has sessions that do not overlap and close after they open", () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const session = calendar.nextSession(formatDate(day));
        expect(session.openMs).toBeLessThan(session.closeMs);
        expect(session.closeMs).toBeLessThanOrEqual(calendar.nextSession(session.date).openMs);
      }),
    );
  });

  it("finds a session at each of its moments, the first included and the end excluded", () => {
    fc.assert(
      fc.property(anyDay, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (day, part) => {
        const session = calendar.nextSession(formatDate(day));
        const tsMs = session.openMs + Math.trunc(part * (session.closeMs - session.openMs - 1));
        expect(calendar.sessionAt(tsMs)).toEqual(session);
        expect(calendar.sessionDateOf(tsMs)).toBe(session.date);
        expect(calendar.sessionAt(session.closeMs)?.date).not.toBe(session.date);
        expect(calendar.sessionAt(session.openMs - 1)?.date).not.toBe(session.date);
      }),
    );
  });

  it("overlaps a range exactly where one of its sessions does", () => {
    const lengthMs = fc.integer({ min: 1, max: 3 * 86_400_000 });
    fc.assert(
      fc.property(anyTimeMs, lengthMs, (fromMs, lengthMs) => {
        const toMs = fromMs + lengthMs;
        const around = [
          ...calendar.sessions(
            formatDate(Math.floor(fromMs / 86_400_000) - 2),
            formatDate(Math.ceil(toMs / 86_400_000) + 3),
          ),
        ];
        const expected = around.some(({ openMs, closeMs }) => openMs < toMs && closeMs > fromMs);
        expect(calendar.overlaps(fromMs, toMs)).toBe(expected);
      }),
    );
  });

  it("has its next bar when that bar has ended, and not before", () => {
    const anyLengthMs = fc.constantFrom(300_000, 900_000, 3_600_000, 86_400_000);
    fc.assert(
      fc.property(anyTimeMs, anyLengthMs, (fromMs, lengthMs) => {
        const endMs = nextBarEnd(calendar, lengthMs, fromMs);
        expect(newestBarStart(calendar, lengthMs, endMs)).toBeGreaterThanOrEqual(fromMs);
        expect(newestBarStart(calendar, lengthMs, endMs - 1) ?? -Infinity).toBeLessThan(fromMs);
      }),
    );
  });

  it("lists in a range what it lists in its two halves", () => {
    const length = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(anyDay, length, length, (day, first, second) => {
        const [a, b, c] = [day, day + first, day + first + second].map(formatDate) as [
          string,
          string,
          string,
        ];
        expect([...calendar.sessions(a, c)]).toEqual([
          ...calendar.sessions(a, b),
          ...calendar.sessions(b, c),
        ]);
      }),
    );
  });
});
