import { describe, expect, test } from "vitest";
import { fromRows } from "../../../core/columnar/batch.ts";
import { TransientError } from "../../../core/errors.ts";
import type { ExtractRequest } from "../../../core/messages/index.ts";
import { backfill } from "../../../core/pipeline/backfill.ts";
import { readJobs } from "../../../core/pipeline/job-log.ts";
import { extract, type ExtractContext } from "../../../core/pipeline/extract.ts";
import { BudgetExhaustedError, UnknownSymbolError } from "../../../core/providers/errors.ts";
import type { BarQuery, Provider } from "../../../core/providers/provider.ts";
import { defaultLakeSettings } from "../../../core/settings.ts";
import { rawBars } from "../../../core/tables/index.ts";
import { MemoryObjectStore } from "../../../local/memory/memory-object-store.ts";
import { MemoryWorkQueue } from "../../../local/memory/memory-work-queue.ts";
import { VirtualClock } from "../../../local/memory/virtual-clock.ts";
import { flatRow } from "../../helpers/bar-rows.ts";
import { noIo } from "../../helpers/provider-io.ts";

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 10, 20, 12);

interface Vendor {
  readonly asked: BarQuery[];
  /** By symbol: what asking for it ends with. */
  readonly errors: Map<string, Error>;
  /** What prices are multiplied with. */
  factor: number;
}

/** Hourly crypto bars, one symbol a request, whose close is the number of the hour. */
function vendor(id: string, state: Vendor): Provider<BarQuery> {
  return {
    id,
    adjustment: "split",
    covers: () => true,
    universe: () => Promise.resolve(["AAA", "BBB", "CCC"]),
    transformQuery: (query) => query.symbols.map((symbol) => ({ ...query, symbols: [symbol] })),
    extract: (query) => {
      state.asked.push(query);
      const error = state.errors.get(query.symbols[0]!);
      const body = new TextEncoder().encode(JSON.stringify(query));
      return error === undefined ? Promise.resolve({ body, extension: "json" }) : Promise.reject(error);
    },
    transform: (_response, { symbols, fromMs, toMs }, receipt) => {
      const rows = [];
      for (let ts = Math.ceil(fromMs / hourMs) * hourMs; ts < toMs; ts += hourMs) {
        const price = (ts / hourMs) * state.factor;
        rows.push(flatRow({ symbol: symbols[0]!, ts, close: price }, receipt));
      }
      return Promise.resolve({ bars: fromRows(rawBars, rows), actions: [] });
    },
  };
}

function world() {
  const clock = new VirtualClock(startMs);
  const first: Vendor = { asked: [], errors: new Map(), factor: 1 };
  const second: Vendor = { asked: [], errors: new Map(), factor: 1 };
  const requests = new MemoryWorkQueue(clock, { fifo: true });
  const context: ExtractContext = {
    stores: { raw: new MemoryObjectStore(), curated: new MemoryObjectStore() },
    queues: { transform: new MemoryWorkQueue(clock), indicators: new MemoryWorkQueue(clock) },
    requests,
    clock,
    settings: {
      ...defaultLakeSettings,
      providerChains: { crypto: ["first", "second"] },
      extraction: { overlapBars: 2, reachDays: 1, symbolsPerRun: 100 },
    },
    providers: new Map([vendor("first", first), vendor("second", second)].map((each) => [each.id, each])),
    io: noIo,
    random: () => 0.5,
  };
  const sent = () => requests.receive({ maxMessages: 10, visibilityTimeoutMs: 1_000 });
  const handedOn = async () => (await sent()).map(({ body }) => JSON.parse(body) as ExtractRequest);
  const lanes = async () => (await sent()).map(({ group }) => group);
  return { clock, first, second, context, handedOn, lanes };
}

const at = (hour: number, changes: Partial<ExtractRequest> = {}): ExtractRequest => ({
  version: 1,
  kind: "extract",
  assetClass: "crypto",
  interval: "1h",
  scheduledTime: new Date(startMs + hour * hourMs).toISOString(),
  trigger: "cli",
  ...changes,
});
const down = new TransientError("down");
const spent = new BudgetExhaustedError("spent", startMs + 24 * hourMs);

describe("what is asked for", () => {
  test("is a first window, then what came since the newest final bar, less the overlap", async () => {
    const { context, first } = world();
    await extract(context, at(0, { symbols: ["AAA"] }));
    await extract(context, at(3, { symbols: ["AAA"] }));
    const [before, after] = first.asked;
    expect(before!.fromMs).toBe(startMs - 24 * hourMs);
    // The newest final bar began an hour before the first run.
    expect(after!.fromMs).toBe(startMs - 3 * hourMs);
    expect(after!.toMs).toBe(startMs + 3 * hourMs);
  });

  test("reaches further back for the symbol that was not answered", async () => {
    const { context, first, second } = world();
    await extract(context, at(0));
    for (const state of [first, second]) state.errors.set("BBB", spent);
    await extract(context, at(1));
    for (const state of [first, second]) state.errors.clear();
    first.asked.length = 0;
    await extract(context, at(2));
    const fromOf = (name: string) => first.asked.find(({ symbols }) => symbols[0] === name)!.fromMs;
    expect(fromOf("AAA") - fromOf("BBB")).toBe(hourMs);
  });

  test("is nothing for a tick that comes so late that newer ones have brought all of its bars", async () => {
    const { context, first } = world();
    await extract(context, at(10));
    first.asked.length = 0;
    await extract(context, at(1));
    expect(first.asked).toEqual([]);
  });

  test("is asked without the symbol that the vendor does not know, where several stand in one request", async () => {
    const { context, first } = world();
    const inOne: Provider<BarQuery> = {
      ...vendor("first", first),
      transformQuery: (query) => [query],
      extract: (query, io) => {
        if (!query.symbols.includes("BBB")) return vendor("first", first).extract(query, io);
        return Promise.reject(new UnknownSymbolError("BBB", "not known"));
      },
    };
    const providers = new Map<string, Provider>([["first", inOne]]);
    const settings = { ...context.settings, providerChains: { crypto: ["first"] } };
    const result = await extract({ ...context, providers, settings }, at(0));
    expect(first.asked.map(({ symbols }) => symbols)).toEqual([["AAA", "CCC"]]);
    expect(result.note).toBe("1 symbol without answer (BBB): not known");
  });

  test("is asked of the next provider where the first fails, and not of the first again for the same bars", async () => {
    const { context, first, second } = world();
    first.errors.set("AAA", down);
    const result = await extract(context, at(0));
    expect(second.asked.map(({ symbols }) => symbols)).toEqual([["AAA"]]);
    expect(result.rowsIn).toBe(3 * 24);
    first.errors.clear();
    first.asked.length = 0;
    await extract(context, at(1, { symbols: ["AAA"] }));
    expect(first.asked[0]!.fromMs).toBe(startMs - 3 * hourMs);
  });
});

function unknownWorld() {
  const unknown = world();
  for (const state of [unknown.first, unknown.second])
    state.errors.set("BBB", new UnknownSymbolError("BBB", "who is that"));
  return unknown;
}

describe("a run of which nobody knows any symbol", () => {
  const symbols = ["BBB"];

  test("succeeds by schedule, and notes the symbol: no repetition helps, and nobody looks at each dead letter", async () => {
    const { context, handedOn } = unknownWorld();
    const { note } = await extract(context, at(0, { symbols, trigger: "schedule" }));
    expect(note).toBe("1 symbol without answer (BBB): who is that");
    expect(await handedOn()).toEqual([]);
  });

  test("fails where somebody asked for it", async () => {
    const { context } = unknownWorld();
    await expect(extract(context, at(0, { symbols, trigger: "cli" }))).rejects.toThrow(UnknownSymbolError);
  });

  test("fails by schedule where another symbol may be answered later, and is repeated", async () => {
    const { context, first, second } = unknownWorld();
    for (const state of [first, second]) state.errors.set("AAA", down);
    const both = at(0, { symbols: ["AAA", "BBB"], trigger: "schedule" });
    await expect(extract(context, both)).rejects.toBe(down);
  });
});

test("a run whose symbols nobody may be asked for is partial in the job log", async () => {
  const { context, first, second } = world();
  for (const state of [first, second]) state.errors.set("BBB", spent);
  await extract(context, at(0));
  const jobs = await readJobs(context, {
    stage: "extract",
    assetClass: "crypto",
    interval: "1h",
    scheduledMs: startMs,
    shard: null,
  });
  expect(jobs).toEqual([
    expect.objectContaining({ status: "partial", detail: expect.stringContaining("BBB") as string }),
  ]);
});

describe("a tick", () => {
  const symbols = ["AAPL", "THYAO.IS", "7203.T"];
  const tick = (scheduledTime: string, names = symbols) =>
    at(0, {
      assetClass: "stock",
      provider: "first",
      symbols: names,
      scheduledTime,
      trigger: "schedule",
    });
  const askedAt = async (scheduledTime: string, names = symbols) => {
    const { context, first } = world();
    const { isMarketClosed } = await extract(context, tick(scheduledTime, names));
    return { isMarketClosed, asked: first.asked.flatMap((query) => query.symbols).sort() };
  };

  test("asks for the symbols whose own exchange is open, and for those whose hours nobody knows", async () => {
    // Istanbul trades from 07:00 to 15:00 UTC, New York in winter from 14:30 to 21:00; Tokyo's hours are not known.
    expect((await askedAt("2026-11-20T08:00:00Z")).asked).toEqual(["7203.T", "THYAO.IS"]);
    expect((await askedAt("2026-11-20T15:00:00Z")).asked).toEqual(["7203.T", "AAPL", "THYAO.IS"]);
    expect((await askedAt("2026-11-20T19:00:00Z")).asked).toEqual(["7203.T", "AAPL"]);
  });

  test("asks nobody where all exchanges are closed", async () => {
    const onSaturday = await askedAt("2026-11-21T12:00:00Z", ["AAPL", "THYAO.IS"]);
    expect(onSaturday).toEqual({ isMarketClosed: true, asked: [] });
    // Turkey's Republic Day begins at noon of 28 October; New York trades.
    const onHoliday = await askedAt("2026-10-29T09:00:00Z", ["THYAO.IS"]);
    expect(onHoliday).toEqual({ isMarketClosed: true, asked: [] });
  });

  test("for daily bars asks at any hour", async () => {
    const { context, first } = world();
    await extract(context, { ...tick("2026-11-21T12:00:00Z"), interval: "1d" });
    expect(first.asked).toHaveLength(3);
  });
});

describe("what is handed on", () => {
  test("is nothing where all went well", async () => {
    const { context, handedOn } = world();
    await extract(context, at(0));
    expect(await handedOn()).toEqual([]);
  });

  test("are the symbols for which there was no time, but never all of them", async () => {
    const { context, handedOn, first } = world();
    await extract(context, at(0), { deadlineMs: startMs });
    expect(first.asked).toHaveLength(1);
    const [rest] = await handedOn();
    expect(rest!.symbols).toHaveLength(2);
  });

  test("is everything where the process is about to end", async () => {
    const { context, handedOn, first } = world();
    await extract({ ...context, isStopping: () => true }, at(0));
    expect(first.asked).toEqual([]);
    const [rest] = await handedOn();
    expect([...rest!.symbols!].sort()).toEqual(["AAA", "BBB", "CCC"]);
  });

  test("are all symbols beyond those of a run in one request, so that no more than one run of it waits in the lane", async () => {
    const { context, handedOn } = world();
    const extraction = { overlapBars: 2, reachDays: 1, symbolsPerRun: 1 };
    const narrow = { ...context, settings: { ...context.settings, extraction } };
    await extract(narrow, at(0));
    const [rest, ...more] = await handedOn();
    expect(more).toEqual([]);
    expect(rest!.symbols).toHaveLength(2);
  });

  test("waits in the lane of the provider that is asked first", async () => {
    const { context, lanes } = world();
    await extract(context, at(0), { deadlineMs: startMs });
    expect(await lanes()).toEqual(["first"]);
  });

  test("waits in the lane of the provider that is to be asked alone", async () => {
    const { context, lanes } = world();
    await extract(context, at(0, { provider: "second" }), { deadlineMs: startMs });
    expect(await lanes()).toEqual(["second"]);
  });

  test("are the symbols that failed for the moment; what no retry can help is told in the log", async () => {
    const { context, handedOn, first, second } = world();
    for (const state of [first, second]) {
      state.errors.set("AAA", down);
      state.errors.set("BBB", new UnknownSymbolError("BBB", "who is that"));
    }
    const result = await extract(context, at(0));
    expect((await handedOn()).map(({ symbols }) => symbols)).toEqual([["AAA"]]);
    expect(result.note).toContain("2 symbols without answer");
  });

  test("is the whole history of a symbol whose provider has rewritten it", async () => {
    const { context, handedOn, first } = world();
    await extract(context, at(0, { symbols: ["AAA", "BBB"] }));
    first.factor = 0.05;
    await extract(context, at(1, { symbols: ["AAA"] }));
    const [refetch] = await handedOn();
    expect(refetch).toMatchObject({ provider: "first", symbols: ["AAA"], trigger: "refetch" });
    expect(refetch!.window!.fromMs).toBeLessThan(startMs);
  });
});

describe("a run that gets nothing", () => {
  test("fails with the error, so that it is repeated", async () => {
    const { context, first, second } = world();
    for (const state of [first, second]) state.errors.set("AAA", down);
    await expect(extract(context, at(0, { symbols: ["AAA"] }))).rejects.toBe(down);
  });

  test("hands nothing on either, as it would do so again each time", async () => {
    const { context, first, second, handedOn } = world();
    for (const state of [first, second]) state.errors.set("AAA", down);
    await expect(extract(context, at(0, { symbols: ["AAA", "BBB"] }), { deadlineMs: startMs })).rejects.toBe(
      down,
    );
    expect(await handedOn()).toEqual([]);
  });

  test("for lack of budget ends quietly: the next run will ask", async () => {
    const { context, first, second, handedOn } = world();
    for (const state of [first, second]) state.errors.set("AAA", spent);
    const result = await extract(context, at(0, { symbols: ["AAA"] }));
    expect(result.unanswered).toEqual(["AAA"]);
    expect(await handedOn()).toEqual([]);
  });
});

describe("a backfill", () => {
  const request = {
    assetClass: "crypto",
    interval: "1h",
    fromMs: startMs - 48 * hourMs,
    toMs: startMs,
  } as const;

  test("fills the range for all symbols and tells how far it is", async () => {
    const { context } = world();
    const told: number[] = [];
    const onProgress = ({ done }: { done: number }) => void told.push(done);
    const result = await backfill(context, request, { chunkSymbols: 1, onProgress });
    expect(result).toMatchObject({ done: 3, total: 3, rows: 3 * 48, left: [] });
    expect(told).toEqual([1, 2, 3]);
  });

  test("stops where budgets are used up, and goes on with what is left", async () => {
    const { context, first, second } = world();
    for (const state of [first, second]) state.errors.set("BBB", spent);
    const before = await backfill(context, request, { chunkSymbols: 3 });
    expect(before.left).toEqual(["BBB"]);
    for (const state of [first, second]) state.errors.clear();
    first.asked.length = 0;
    const after = await backfill(context, request);
    expect(after).toMatchObject({ done: 3, total: 3, left: [] });
    expect(first.asked.map(({ symbols }) => symbols)).toEqual([["BBB"]]);
  });
});
