import { beforeEach, describe, expect, test } from "vitest";
import { TerminalError, TransientError } from "../../../../core/errors.ts";
import type { HttpRequest } from "../../../../core/ports.ts";
import {
  BreakerOpenError,
  BudgetExhaustedError,
  InvalidKeyError,
  RateLimitedError,
  UnknownSymbolError,
} from "../../../../core/providers/errors.ts";
import {
  callProvider,
  providerHealth,
  ProviderLane,
  resiliencePolicySchema,
  resilient,
} from "../../../../core/providers/resilience/index.ts";
import type { ProviderIo } from "../../../../core/providers/provider.ts";
import { MemoryObjectStore } from "../../../../local/memory/memory-object-store.ts";
import { VirtualClock } from "../../../../local/memory/virtual-clock.ts";
import { scriptedIo, scriptedProvider, type ScriptedReply } from "../../../helpers/scripted-provider.ts";
import { inVirtualTime } from "../../../helpers/virtual-time.ts";

const startMs = Date.UTC(2026, 10, 20, 12);
let clock: VirtualClock;
let store: MemoryObjectStore;
/** When the provider was called, in ms after the start. */
let calledMs: number[];

beforeEach(() => {
  clock = new VirtualClock(startMs);
  store = new MemoryObjectStore();
  calledMs = [];
});

type PolicyInput = Parameters<typeof resiliencePolicySchema.parse>[0];
const policyOf = (part: PolicyInput = {}) =>
  resiliencePolicySchema.parse({ calls: { gapMs: 0, callsPerBatch: 1_000_000 }, ...(part as object) });
const laneOf = (part?: PolicyInput) =>
  new ProviderLane("vendor", policyOf(part), { store, clock, random: () => 0.5 });

/** Answers in turn; the last one for ever. */
function replies(...script: readonly (ScriptedReply | Error)[]): ProviderIo {
  return scriptedIo(() => {
    calledMs.push(clock.nowMs() - startMs);
    const reply = script[Math.min(calledMs.length, script.length) - 1]!;
    if (reply instanceof Error) throw reply;
    return reply;
  });
}

const down = { status: 503 };
const good = { status: 200 };

const request = { symbols: ["AAPL"] };
const ask = (io: ProviderIo, lane = laneOf()) =>
  inVirtualTime(
    clock,
    callProvider(lane, io, (attemptIo) => scriptedProvider("vendor").extract(request, attemptIo)),
  );
const failure = (io: ProviderIo, lane?: ProviderLane) =>
  ask(io, lane).then(
    () => expect.unreachable("the call should have failed"),
    (error: unknown) => error,
  );

describe("retries", () => {
  test("repeat what may pass until it does", async () => {
    await ask(replies(down, new TransientError("reset"), good));
    expect(calledMs).toHaveLength(3);
  });

  test("wait a random part of a bound that doubles", async () => {
    await failure(replies(down), laneOf({ retry: { attemptsMax: 4, backoffMs: 100, backoffMsMax: 300 } }));
    // Half of 100, 200 and, as 400 is above the limit, 300.
    expect(calledMs).toEqual([0, 50, 150, 300]);
  });

  test("end with the last error", async () => {
    const error = await failure(replies(down), laneOf({ retry: { attemptsMax: 2 } }));
    expect(error).toBeInstanceOf(TransientError);
    expect((error as Error).message).toBe("vendor: got HTTP 503");
    expect(calledMs).toHaveLength(2);
  });

  test("are not made of what stays", async () => {
    expect(await failure(replies({ status: 404 }))).toBeInstanceOf(UnknownSymbolError);
    expect(await failure(replies({ status: 402 }))).toBeInstanceOf(TerminalError);
    expect(calledMs).toHaveLength(2);
  });

  test("are not made of programming errors", async () => {
    const bug = new TypeError("undefined is not a function");
    expect(await failure(replies(bug))).toBe(bug);
    expect(calledMs).toHaveLength(1);
  });
});

describe("Retry-After", () => {
  test.each([
    ["seconds", "20"],
    ["a date", "Fri, 20 Nov 2026 12:00:20 GMT"],
  ])("given as %s is waited out", async (_form, header) => {
    await ask(replies({ status: 429, headers: { "retry-after": header } }, good));
    expect(calledMs).toEqual([0, 20_000]);
  });

  test("holds back all workers", async () => {
    const other = laneOf();
    await other.read();
    await failure(
      replies({ status: 429, headers: { "retry-after": "20" } }),
      laneOf({ retry: { attemptsMax: 1 } }),
    );
    await ask(replies(good), other);
    expect(calledMs.at(-1)).toBe(20_000);
  });

  test("longer than anybody waits ends the request with the time to come back", async () => {
    const error = await failure(replies({ status: 503, headers: { "retry-after": "3600" } }));
    expect(error).toBeInstanceOf(BudgetExhaustedError);
    expect((error as BudgetExhaustedError).resumesAtMs).toBe(startMs + 3_600_000);
    expect(calledMs).toEqual([0]);
  });
});

const limited = (period: RateLimitedError["period"]) =>
  failure(replies(new RateLimitedError("vendor: limit reached", period)));

describe("a provider's word that its limit is reached", () => {
  test("of the day ends all calls until tomorrow", async () => {
    const error = await limited("day");
    expect(error).toBeInstanceOf(BudgetExhaustedError);
    expect((error as BudgetExhaustedError).resumesAtMs).toBe(Date.UTC(2026, 10, 21));
  });

  test("of the month ends all calls until the next", async () =>
    expect(((await limited("month")) as BudgetExhaustedError).resumesAtMs).toBe(Date.UTC(2026, 11, 1)));

  test("of the minute is waited out", async () => {
    await ask(replies(new RateLimitedError("vendor: limit reached", "minute"), good));
    expect(calledMs).toEqual([0, 60_000]);
  });
});

describe("budgets", () => {
  test("stop before the call that is too many and say when calls resume", async () => {
    const calls = { gapMs: 0, callsPerDay: 2 };
    await ask(replies(good), laneOf({ calls }));
    await ask(replies(good), laneOf({ calls }));
    const error = await failure(replies(good), laneOf({ calls }));
    expect(error).toBeInstanceOf(BudgetExhaustedError);
    expect((error as Error).message).toMatch(/"vendor".*2 calls of the day.*2026-11-21T00:00:00/);
    expect(calledMs).toHaveLength(2);
  });

  test("count every attempt", async () => {
    const calls = { gapMs: 0, callsPerDay: 3 };
    expect(await failure(replies(down), laneOf({ calls }))).toBeInstanceOf(BudgetExhaustedError);
    expect(calledMs).toHaveLength(3);
  });

  test("resume on the next day", async () => {
    const calls = { gapMs: 0, callsPerDay: 1 };
    await ask(replies(good), laneOf({ calls }));
    await clock.advance(12 * 3_600_000);
    await ask(replies(good), laneOf({ calls }));
    expect(calledMs).toEqual([0, 12 * 3_600_000]);
  });

  test("are not touched by a call that is refused", async () => {
    const lane = laneOf({ breaker: { failuresMax: 1 } });
    await failure(replies(down), lane);
    for (let i = 0; i < 5; i++) await failure(replies(good), lane);
    expect((await lane.read()).day.calls).toBe(1);
  });
});

describe("the breaker", () => {
  const breaker = { failuresMax: 3, coolDownMs: 60_000 };

  test("opens in the middle of retries, for all workers", async () => {
    expect(await failure(replies(down), laneOf({ breaker }))).toBeInstanceOf(BreakerOpenError);
    expect(calledMs).toHaveLength(3);
    const error = await failure(replies(good), laneOf({ breaker }));
    expect(error).toBeInstanceOf(BreakerOpenError);
    expect((error as Error).message).toContain("got HTTP 503");
    expect(calledMs).toHaveLength(3);
  });

  test("closes by itself with the first good answer after its cool-down", async () => {
    const error = await failure(replies(down), laneOf({ breaker }));
    await clock.advance((error as BreakerOpenError).resumesAtMs - clock.nowMs());
    await ask(replies(good), laneOf({ breaker }));
    await ask(replies(good), laneOf({ breaker }));
    expect(providerHealth(await laneOf().read(), policyOf({ breaker }), clock.nowMs()).breaker).toBe(
      "closed",
    );
  });

  test("does not open over symbols that the provider does not know", async () => {
    for (let i = 0; i < 9; i++) await failure(replies({ status: 404 }), laneOf({ breaker }));
    await ask(replies(good), laneOf({ breaker }));
    expect(calledMs).toHaveLength(10);
  });

  test("opens over a key that is refused, which every further call would only hear again", async () => {
    const refused = replies(new InvalidKeyError("the key was refused"));
    const lane = laneOf({ breaker: { failuresMax: 3, coolDownMs: 60_000 } });
    for (let call = 0; call < 3; call++) expect(await failure(refused, lane)).toBeInstanceOf(InvalidKeyError);
    expect(await failure(refused, lane)).toBeInstanceOf(BreakerOpenError);
    // None of them was tried again at once, for that cannot help.
    expect(calledMs).toEqual([0, 0, 0]);
    expect(providerHealth(await lane.read(), lane.policy, clock.nowMs())).toMatchObject({
      breaker: "open",
      lastSuccessMs: null,
      lastFailure: { message: expect.stringContaining("the key was refused") as string },
    });
    await clock.advance(60_000);
    await ask(replies(good), lane);
    expect(providerHealth(await lane.read(), lane.policy, clock.nowMs()).breaker).toBe("closed");
  });

  test("does not open over errors of our own before the call", async () => {
    const noKey = new TransientError("secret store is throttled");
    const io: ProviderIo = { ...replies(good), secrets: { get: () => Promise.reject(noKey) } };
    const lane = laneOf({ breaker: { failuresMax: 1 } });
    const call = callProvider(lane, io, (attemptIo) => attemptIo.secrets.get("vendor-api-key"));
    await expect(inVirtualTime(clock, call)).rejects.toBe(noKey);
    await ask(replies(good), lane);
  });

  test("lets all calls of one attempt through once it has admitted the first", async () => {
    const lane = laneOf({ breaker, retry: { attemptsMax: 3 } });
    await failure(replies(down), lane);
    await clock.advance(60_000);
    const provider = scriptedProvider("vendor");
    const twice = callProvider(lane, replies(good), async (io) => [
      await provider.extract(request, io),
      await provider.extract(request, io),
    ]);
    expect(await inVirtualTime(clock, twice)).toHaveLength(2);
  });
});

test("a call may take no longer than the policy says, or than the adapter asked where that is less", async () => {
  const timeouts: number[] = [];
  const io = scriptedIo(({ timeoutMs }: HttpRequest) => (timeouts.push(timeoutMs), good));
  await ask(io, laneOf({ timeoutMs: 5_000 }));
  await ask(io, laneOf({ timeoutMs: 90_000 }));
  expect(timeouts).toEqual([5_000, 60_000]);
});

test("keys do not stand in the state that is kept of failures", async () => {
  const lane = laneOf({ retry: { attemptsMax: 1 } });
  const call = callProvider(lane, replies(good), async ({ http, secrets }) => {
    const key = await secrets.get("vendor-api-key");
    await http.get({ url: `http://vendor.test/?key=${key}`, timeoutMs: 1_000 });
    throw new TransientError(`we have detected your key as ${key}`);
  });
  await expect(inVirtualTime(clock, call)).rejects.toBeInstanceOf(TransientError);
  expect((await lane.read()).lastFailure!.message).toBe("we have detected your key as [key]");
});

test("health tells breaker, budgets and times", async () => {
  const policy = { calls: { gapMs: 0, callsPerDay: 25 }, breaker: { failuresMax: 1, coolDownMs: 60_000 } };
  const lane = laneOf(policy);
  await ask(replies(good), lane);
  await failure(replies(down), lane);
  expect(providerHealth(await lane.read(), policyOf(policy), startMs)).toEqual({
    breaker: "open",
    failures: 1,
    day: { unit: "calls", used: 2, limit: 25, resetsAtMs: Date.UTC(2026, 10, 21) },
    month: { unit: "calls", used: 2, limit: null, resetsAtMs: Date.UTC(2026, 11, 1) },
    freeAtMs: startMs,
    lastSuccessMs: startMs,
    lastFailure: { atMs: startMs, message: "vendor: got HTTP 503" },
  });
  expect(providerHealth(await lane.read(), policyOf(policy), startMs + 86_400_000)).toMatchObject({
    breaker: "half_open",
    day: { used: 0 },
  });
});

test("a resilient provider is the provider in all but how it is asked", async () => {
  const provider = resilient(scriptedProvider("vendor"), policyOf(), { store, clock, random: () => 0.5 });
  expect([provider.id, provider.adjustment]).toEqual(["vendor", "none"]);
  const response = await inVirtualTime(clock, provider.extract(request, replies(down, good)));
  expect(new TextDecoder().decode(response.body)).toContain("AAPL");
});
