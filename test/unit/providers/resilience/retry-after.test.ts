import { expect, test } from "vitest";
import { parseRetryAfter } from "../../../../core/providers/resilience/retry-after.ts";

/** The example date of RFC 9110 §5.6.7 in its three formats, which are equal; computed with GNU date. */
const exampleMs = 784_111_777_000;
const twoMinutesBefore = exampleMs - 120_000;
const dayMs = 86_400_000;

test.each([
  ["0", 0],
  ["120", 120_000],
  [" 7 ", 7_000],
])("takes %j as seconds", (header, waitMs) => expect(parseRetryAfter(header, exampleMs)).toBe(waitMs));

test.each(["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])(
  "takes %j as a moment",
  (header) => expect(parseRetryAfter(header, twoMinutesBefore)).toBe(120_000),
);

test("takes a two-digit year that would be more than fifty years ahead for a year of the past century", () =>
  expect(parseRetryAfter("Sunday, 06-Nov-94 08:49:37 GMT", Date.UTC(2026, 10, 20))).toBe(0));

test("returns no wait for a moment that is past", () =>
  expect(parseRetryAfter("Sun, 06 Nov 1994 08:49:37 GMT", exampleMs + 1)).toBe(0));

test.each(["99999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])("takes %j as a day", (header) =>
  expect(parseRetryAfter(header, exampleMs)).toBe(dayMs),
);

test.each([
  undefined,
  "",
  "soon",
  "-5",
  "1.5",
  "Sun, 06 Foo 1994 08:49:37 GMT",
  "Sun, 06 Nov 1994 25:49:37 GMT",
  "2026-11-20T00:00:00Z",
])("returns null for %j", (header) => expect(parseRetryAfter(header, exampleMs)).toBeNull());
