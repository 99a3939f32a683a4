import { describe, expect, test } from "vitest";
import {
  admit,
  afterFailure,
  afterSuccess,
  breakerPhase,
} from "../../../../core/providers/resilience/breaker.ts";
import { closedBreaker, type BreakerState } from "../../../../core/providers/resilience/lane-state.ts";

const limits = { failuresMax: 3, coolDownMs: 1_000 };
const probeMsMax = 200;

const failedTimes = (count: number, nowMs: number): BreakerState =>
  Array.from({ length: count }).reduce<BreakerState>(
    (state) => afterFailure(state, limits, nowMs),
    closedBreaker,
  );
const opened = failedTimes(3, 5_000);

function admittedAt(state: BreakerState, nowMs: number): BreakerState {
  const admission = admit(state, limits, nowMs, probeMsMax);
  if (!admission.admitted) throw new Error(`refused until ${admission.resumesAtMs}`);
  return admission.state;
}

describe("a closed breaker", () => {
  test("admits everybody", () =>
    expect(admittedAt(failedTimes(2, 5_000), 5_000)).toEqual(failedTimes(2, 5_000)));

  test("opens with the failure that reaches the limit", () => {
    expect(breakerPhase(failedTimes(2, 5_000), limits, 5_000)).toBe("closed");
    expect(breakerPhase(opened, limits, 5_000)).toBe("open");
  });

  test("forgets failures with a success", () => {
    const recovered = afterSuccess(failedTimes(2, 5_000), limits, 5_001);
    expect(breakerPhase(afterFailure(recovered, limits, 5_002), limits, 5_002)).toBe("closed");
  });
});

describe("an open breaker", () => {
  test("refuses everybody until its cool-down ends", () => {
    expect(admit(opened, limits, 5_999, probeMsMax)).toEqual({ admitted: false, resumesAtMs: 6_000 });
  });

  test("is not moved by results of calls that began before it opened", () => {
    expect(afterSuccess(opened, limits, 5_500)).toBe(opened);
    expect(afterFailure(opened, limits, 5_500)).toBe(opened);
  });
});

describe("a half-open breaker", () => {
  test("admits one caller and refuses the others while that one tries", () => {
    const probing = admittedAt(opened, 6_000);
    expect(admit(probing, limits, 6_100, probeMsMax)).toEqual({ admitted: false, resumesAtMs: 6_200 });
  });

  test("admits the next caller where nothing is heard of the first", () =>
    expect(admittedAt(admittedAt(opened, 6_000), 6_200).probeAtMs).toBe(6_200));

  test("closes with a success", () =>
    expect(afterSuccess(admittedAt(opened, 6_000), limits, 6_050)).toEqual(closedBreaker));

  test("opens for another cool-down with a failure", () => {
    const reopened = afterFailure(admittedAt(opened, 6_000), limits, 6_050);
    expect(admit(reopened, limits, 7_049, probeMsMax)).toEqual({ admitted: false, resumesAtMs: 7_050 });
    expect(admittedAt(reopened, 7_050).probeAtMs).toBe(7_050);
  });
});
