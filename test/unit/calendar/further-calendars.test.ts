import { describe, expect, it } from "vitest";
import {
  cmes,
  expectedBarsWithin,
  expectedStarts,
  newestBarStart,
  nextBarEnd,
  usTreasury,
  xcbo,
  xist,
} from "../../../core/calendar/index.ts";

const utc = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString();

describe("XIST", () => {
  // Presidency of Religious Affairs, religious days of 2026; law 2429 for the others.
  it.each([
    ["2026-03-20", "Ramazan Bayramı"],
    ["2026-05-27", "Kurban Bayramı"],
    ["2026-05-29", "Kurban Bayramı"],
    ["2026-04-23", "National Sovereignty and Children's Day"],
    ["2026-05-01", "Labour and Solidarity Day"],
    ["2026-05-19", "Youth and Sports Day"],
    ["2026-07-15", "Democracy and National Unity Day"],
    ["2023-02-10", "earthquakes"],
    ["2004-12-31", "change of currency"],
  ])("is closed on %s (%s)", (date) => {
    expect(xist.session(date)).toBeNull();
  });

  it("trades from 10:00 to 18:00 in Istanbul, which keeps UTC+3 since 2016 and had summer time before", () => {
    expect(iso(xist.session("2026-01-05")!.openMs)).toBe("2026-01-05T07:00:00.000Z");
    expect(iso(xist.session("2026-07-06")!.closeMs)).toBe("2026-07-06T15:00:00.000Z");
    expect(iso(xist.session("2016-01-05")!.openMs)).toBe("2016-01-05T08:00:00.000Z");
    expect(iso(xist.session("2016-06-06")!.openMs)).toBe("2016-06-06T07:00:00.000Z");
  });

  it.each(["2026-03-19", "2026-05-26", "2026-10-28"])("ends at 12:30 on %s", (date) => {
    expect(xist.session(date)).toMatchObject({ closeMs: utc(`${date}T09:30Z`), earlyClose: true });
  });

  it("kept 1 May from 2009 and 15 July from 2017", () => {
    expect(xist.session("2008-05-01")).not.toBeNull();
    expect(xist.session("2009-05-01")).toBeNull();
    expect(xist.session("2016-07-15")).not.toBeNull();
    expect(xist.session("2019-07-15")).toBeNull();
  });

  it("expects 32 bars of 15 minutes in a session and 10 in a half day", () => {
    expect(xist.expectedBars(xist.session("2026-11-20")!, 900_000)).toBe(32);
    expect(xist.expectedBars(xist.session("2026-10-28")!, 900_000)).toBe(10);
  });
});

describe("UST", () => {
  // SIFMA holiday recommendations for 2026 and 2023.
  it("keeps Columbus Day and Veterans Day, unlike the stock exchanges", () => {
    expect(usTreasury.session("2026-10-12")).toBeNull();
    expect(usTreasury.session("2026-11-11")).toBeNull();
  });

  it("opens until noon on a Good Friday with the employment report and stays closed on others", () => {
    expect(usTreasury.session("2023-04-07")).toMatchObject({
      closeMs: utc("2023-04-07T16:00Z"),
      earlyClose: true,
    });
    expect(usTreasury.session("2025-04-18")).toBeNull();
  });

  it.each(["2026-05-22", "2026-07-02", "2026-11-27", "2026-12-24", "2026-12-31"])(
    "closes at 14:00 New York time on %s",
    (date) => {
      const utcOfTwo = date < "2026-11-01" ? "18:00" : "19:00";
      expect(usTreasury.session(date)).toMatchObject({ closeMs: utc(`${date}T${utcOfTwo}Z`) });
    },
  );
});

describe("XCBO", () => {
  it("quotes yields from 7:20 to 14:00 in Chicago, in winter and in summer", () => {
    // The trading period of a chart of ^TNX of 2026-02-02, as Yahoo sent it.
    expect(iso(xcbo.session("2026-02-02")!.openMs)).toBe("2026-02-02T13:20:00.000Z");
    expect(iso(xcbo.session("2026-02-02")!.closeMs)).toBe("2026-02-02T20:00:00.000Z");
    expect(iso(xcbo.session("2026-07-06")!.openMs)).toBe("2026-07-06T12:20:00.000Z");
  });

  it("quotes on days on which the securities are not traded", () => {
    expect(xcbo.session("2026-10-12")).not.toBeNull();
    expect(xcbo.session("2026-11-26")).toBeNull();
  });
});

describe("CMES", () => {
  it("begins a trade date at 17:00 in Chicago on the evening before and ends it at 16:00", () => {
    const session = cmes.session("2026-11-17")!;
    expect(iso(session.openMs)).toBe("2026-11-16T23:00:00.000Z");
    expect(iso(session.closeMs)).toBe("2026-11-17T22:00:00.000Z");
    expect(cmes.isOpen(utc("2026-11-17T22:30Z"))).toBe(false);
    expect(cmes.sessionDateOf(utc("2026-11-15T23:30Z"))).toBe("2026-11-16");
  });

  it("is closed on Good Friday, Christmas and New Year's Day", () => {
    for (const date of ["2026-04-03", "2026-12-25", "2027-01-01"]) expect(cmes.session(date)).toBeNull();
    expect(cmes.isOpen(utc("2026-04-03T15:00Z"))).toBe(false);
  });

  it("counts the trades of a holiday without settlement to the next trade date", () => {
    expect(cmes.session("2026-11-26")).toBeNull();
    expect(cmes.sessionAt(utc("2026-11-26T15:00Z"))?.date).toBe("2026-11-27");
    expect(iso(cmes.session("2026-11-27")!.openMs)).toBe("2026-11-25T23:00:00.000Z");
    expect(iso(cmes.session("2026-01-20")!.openMs)).toBe("2026-01-18T23:00:00.000Z");
  });

  it("has bars in the session that a holiday belongs to, from two days before its date on", () => {
    // Thanksgiving 2026: Wednesday at 17:00 in Chicago begins Friday's session.
    const window = { fromMs: utc("2026-11-25T23:00Z"), toMs: utc("2026-11-25T23:45Z") };
    expect(expectedBarsWithin(cmes, 900_000, window)).toBe(3);
    expect([...expectedStarts(cmes, 900_000, window, window.toMs)].map(iso)).toEqual([
      "2026-11-25T23:00:00.000Z",
      "2026-11-25T23:15:00.000Z",
      "2026-11-25T23:30:00.000Z",
    ]);
    expect(newestBarStart(cmes, 900_000, window.toMs)).toBe(utc("2026-11-25T23:30Z"));
    expect(nextBarEnd(cmes, 900_000, window.fromMs)).toBe(utc("2026-11-25T23:15Z"));
  });

  it("closes at 12:45 in Chicago on the day after Thanksgiving and on Christmas Eve", () => {
    expect(iso(cmes.session("2026-11-27")!.closeMs)).toBe("2026-11-27T18:45:00.000Z");
    expect(iso(cmes.session("2026-12-24")!.closeMs)).toBe("2026-12-24T18:45:00.000Z");
  });
});
