import { describe, expect, it } from "vitest";
import { openZone } from "../../../core/calendar/zone.ts";

const local = (text: string) => Date.parse(`${text}Z`);
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16);

describe("utcOfLocalMs", () => {
  // Clock changes of 2024 in the IANA time zone database: https://data.iana.org/time-zones/tzdb/.
  it.each([
    ["America/New_York", "2024-11-03T01:30", "2024-11-03T05:30", "2024-11-03T06:30"],
    ["Europe/London", "2024-10-27T01:30", "2024-10-27T00:30", "2024-10-27T01:30"],
    ["Europe/Berlin", "2024-10-27T02:30", "2024-10-27T00:30", "2024-10-27T01:30"],
    ["Australia/Sydney", "2024-04-07T02:30", "2024-04-06T15:30", "2024-04-06T16:30"],
  ])("%s has %s twice, at %s and at %s", (name, time, first, second) => {
    const zone = openZone(name);
    expect(iso(zone.utcOfLocalMs(local(time)))).toBe(first);
    expect(iso(zone.utcOfLocalMs(local(time), "second"))).toBe(second);
  });

  it.each([
    ["America/New_York", "2024-03-10T02:30", "2024-03-10T07:30"],
    ["Europe/Berlin", "2024-03-31T02:30", "2024-03-31T01:30"],
    ["Australia/Sydney", "2024-10-06T02:30", "2024-10-05T16:30"],
  ])("%s has no %s; by the clock before the change it is %s", (name, time, utc) => {
    const zone = openZone(name);
    expect(iso(zone.utcOfLocalMs(local(time)))).toBe(utc);
    expect(iso(zone.utcOfLocalMs(local(time), "second"))).toBe(utc);
  });

  it("keeps the hours around a change and the times that come once", () => {
    const zone = openZone("America/New_York");
    const times = ["2024-11-03T00:59", "2024-11-03T02:00", "2024-03-10T01:59", "2024-03-10T03:00"];
    const expected = ["2024-11-03T04:59", "2024-11-03T07:00", "2024-03-10T06:59", "2024-03-10T07:00"];
    for (const occurrence of ["first", "second"] as const) {
      expect(times.map((time) => iso(zone.utcOfLocalMs(local(time), occurrence)))).toEqual(expected);
    }
  });
});
