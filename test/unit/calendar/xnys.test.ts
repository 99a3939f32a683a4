import { describe, expect, it } from "vitest";
import { xnys } from "../../../core/calendar/index.ts";

const closingTime = (date: string) => new Date(xnys.session(date)!.closeMs).toISOString();
const utc = (text: string) => Date.parse(text);

describe("XNYS", () => {
  // NYSE Group press release "2025, 2026 and 2027 Holiday and Early Closings Calendar" (8 November 2024).
  it.each([
    ["2026-01-01", "New Year's Day"],
    ["2026-01-19", "Martin Luther King, Jr. Day"],
    ["2026-02-16", "Washington's Birthday"],
    ["2026-04-03", "Good Friday"],
    ["2026-05-25", "Memorial Day"],
    ["2026-06-19", "Juneteenth"],
    ["2026-07-03", "Independence Day, observed"],
    ["2026-09-07", "Labor Day"],
    ["2026-11-26", "Thanksgiving"],
    ["2026-12-25", "Christmas"],
    ["2027-03-26", "Good Friday"],
    ["2027-06-18", "Juneteenth, observed"],
    ["2027-07-05", "Independence Day, observed"],
    ["2027-12-24", "Christmas, observed"],
  ])("is closed on %s (%s)", (date) => {
    expect(xnys.session(date)).toBeNull();
  });

  it.each([
    ["2026-11-27", "2026-11-27T18:00:00.000Z"],
    ["2026-12-24", "2026-12-24T18:00:00.000Z"],
    ["2027-11-26", "2027-11-26T18:00:00.000Z"],
    ["2025-07-03", "2025-07-03T17:00:00.000Z"],
  ])("closes at 13:00 New York time on %s", (date, close) => {
    expect(closingTime(date)).toBe(close);
    expect(xnys.session(date)!.earlyClose).toBe(true);
  });

  // NYSE "Special Closings" (closings.pdf), from 1990 on.
  it.each([
    "1994-04-27",
    "2001-09-11",
    "2001-09-14",
    "2004-06-11",
    "2007-01-02",
    "2012-10-29",
    "2012-10-30",
    "2018-12-05",
    "2025-01-09",
  ])("was closed on %s for an event", (date) => {
    expect(xnys.session(date)).toBeNull();
  });

  // As collected in https://github.com/rsheftel/pandas_market_calendars (holidays/nyse.py) from NYSE's closings.pdf.
  it.each([
    ["1994-02-11", "14:30", "19:30", "snow, from the afternoon on"],
    ["1995-12-18", "15:30", "21:00", "trouble with computers"],
    ["1996-01-08", "16:00", "19:00", "snow"],
    ["1997-10-27", "14:30", "20:30", "circuit breaker"],
    ["2002-09-11", "16:00", "20:00", "anniversary of 11 September 2001"],
  ])("traded on %s from %s to %s UTC (%s)", (date, open, close) => {
    expect(xnys.session(date)).toMatchObject({
      openMs: utc(`${date}T${open}Z`),
      closeMs: utc(`${date}T${close}Z`),
    });
  });

  it("kept Martin Luther King Jr. Day for the first time in 1998 and Juneteenth in 2022", () => {
    expect(xnys.session("1997-01-20")).not.toBeNull();
    expect(xnys.session("1998-01-19")).toBeNull();
    expect(xnys.session("2021-06-18")).not.toBeNull();
    expect(xnys.session("2022-06-20")).toBeNull();
  });

  it("trades on the Friday before a New Year's Day that is a Saturday", () => {
    expect(xnys.session("2021-12-31")).toMatchObject({ earlyClose: false });
    expect(xnys.session("2022-01-03")).not.toBeNull();
  });

  it("keeps 9:30 in New York through the change to and from daylight saving time", () => {
    // Energy Policy Act of 2005: second Sunday of March to first Sunday of November.
    expect(xnys.session("2026-03-06")!.openMs).toBe(utc("2026-03-06T14:30Z"));
    expect(xnys.session("2026-03-09")!.openMs).toBe(utc("2026-03-09T13:30Z"));
    expect(xnys.session("2026-10-30")!.closeMs).toBe(utc("2026-10-30T20:00Z"));
    expect(xnys.session("2026-11-02")!.closeMs).toBe(utc("2026-11-02T21:00Z"));
    // Before that Act: first Sunday of April to last Sunday of October.
    expect(xnys.session("2006-03-13")!.openMs).toBe(utc("2006-03-13T14:30Z"));
    expect(xnys.session("2006-10-30")!.openMs).toBe(utc("2006-10-30T14:30Z"));
  });

  it("takes every weekday before its first known year for a full session", () => {
    expect(xnys.session("1963-11-25")).toMatchObject({ earlyClose: false });
    expect(xnys.session("1963-11-24")).toBeNull();
  });

  it.each([
    ["2026-11-20", 60_000, 390],
    ["2026-11-20", 900_000, 26],
    ["2026-11-20", 3_600_000, 7],
    ["2026-11-27", 900_000, 14],
    ["2026-11-27", 86_400_000, 1],
  ])("expects of %s in bars of %i ms: %i", (date, intervalMs, bars) => {
    expect(xnys.expectedBars(xnys.session(date)!, intervalMs)).toBe(bars);
  });

  it("counts the hourly bar that begins before the open as part of the session", () => {
    expect(xnys.overlaps(utc("2026-11-20T14:00Z"), utc("2026-11-20T15:00Z"))).toBe(true);
    expect(xnys.overlaps(utc("2026-11-20T13:30Z"), utc("2026-11-20T14:30Z"))).toBe(false);
    expect(xnys.overlaps(utc("2026-11-20T21:00Z"), utc("2026-11-20T22:00Z"))).toBe(false);
  });

  it("dates late evening trades in UTC by the New York day", () => {
    expect(xnys.sessionDateOf(utc("2026-11-21T01:00Z"))).toBe("2026-11-20");
  });
});
