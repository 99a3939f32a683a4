import { describe, expect, test } from "vitest";
import { fromRows } from "../../../core/columnar/batch.ts";
import { TransientError } from "../../../core/errors.ts";
import type { ExtractRequest } from "../../../core/messages/index.ts";
import { AnswerMemory } from "../../../core/pipeline/answer-memory.ts";
import { extract, type ExtractContext } from "../../../core/pipeline/extract.ts";
import type { ObjectStore } from "../../../core/ports.ts";
import type { Provider } from "../../../core/providers/provider.ts";
import { defaultLakeSettings } from "../../../core/settings.ts";
import { rawBars } from "../../../core/tables/index.ts";
import { MemoryObjectStore } from "../../../local/memory/memory-object-store.ts";
import { MemoryWorkQueue } from "../../../local/memory/memory-work-queue.ts";
import { VirtualClock } from "../../../local/memory/virtual-clock.ts";
import { dailyBar } from "../../helpers/memory-lake.ts";
import { noIo } from "../../helpers/provider-io.ts";

const minuteMs = 60_000;
const startMs = Date.UTC(2026, 10, 20, 12);

/** What a vendor says of BTC-USD: the close of the bar that starts at noon, and when it said so. */
interface Said {
  close: number;
  note: string;
  isFinal: boolean;
  currency: string;
}

const provider = (id: string, said: Said): Provider => ({
  id,
  adjustment: "none",
  covers: () => true,
  universe: () => Promise.resolve(["BTC-USD"]),
  transformQuery: () => [{}],
  extract: () =>
    Promise.resolve({
      body: new TextEncoder().encode(`${said.close} ${said.note}`),
      extension: "json",
    }),
  transform: (_response, _request, { runId, ingestedAtMs }) => {
    const received = { provider: id, run_id: runId, ingested_at: ingestedAtMs };
    const bar = dailyBar("BTC-USD", 0, said.close, {
      ...received,
      ts: startMs,
      is_final: said.isFinal,
      currency: said.currency,
    });
    return Promise.resolve({ bars: fromRows(rawBars, [bar]), actions: [] });
  },
});

function world() {
  const clock = new VirtualClock(startMs);
  const said = { close: 1, note: "", isFinal: false, currency: "USD" };
  const transforms = new MemoryWorkQueue(clock);
  const handedOn = new MemoryWorkQueue(clock);
  const faults = { handingOn: false };
  const context: ExtractContext = {
    stores: { raw: new MemoryObjectStore(), curated: new MemoryObjectStore() },
    queues: { transform: transforms, indicators: new MemoryWorkQueue(clock) },
    requests: {
      send: async (messages) => {
        if (faults.handingOn) throw new TransientError("the queue is away");
        await handedOn.send(messages);
      },
    },
    clock,
    settings: defaultLakeSettings,
    providers: new Map([provider("one", said), provider("two", said)].map((each) => [each.id, each])),
    io: noIo,
    random: () => 0.5,
    answers: new AnswerMemory(),
  };
  const poll = async (minute: number, changes: Partial<ExtractRequest> = {}) => {
    const { newRows, rowsIn, note } = await extract(context, {
      version: 1,
      kind: "extract",
      assetClass: "crypto",
      interval: "15min",
      provider: "one",
      scheduledTime: new Date(startMs + minute * minuteMs).toISOString(),
      trigger: "stream",
      ...changes,
    });
    return { newRows, rowsIn, note };
  };
  const objects = async () => ({
    bodies: await count(context.stores.raw, "raw/csv/"),
    rows: await count(context.stores.raw, "raw/parquet/"),
    messages: (await transforms.depth()).visible,
  });
  const requests = async () =>
    (await handedOn.receive({ maxMessages: 10, visibilityTimeoutMs: minuteMs })).map(
      ({ body }) => JSON.parse(body) as ExtractRequest,
    );
  return { said, faults, poll, objects, requests };
}

async function count(store: ObjectStore, prefix: string): Promise<number> {
  let objects = 0;
  for await (const _ of store.list(prefix)) objects++;
  return objects;
}

describe("a poll", () => {
  test("whose answer is the one before leaves nothing behind, and says so", async () => {
    const { poll, objects } = world();
    expect(await poll(0)).toEqual({ newRows: 1, rowsIn: 1, note: undefined });
    expect(await poll(1)).toEqual({ newRows: 0, rowsIn: 0, note: "1 answers as before" });
    expect(await objects()).toEqual({ bodies: 1, rows: 1, messages: 1 });
  });

  test("that brings another price is received whole", async () => {
    const { poll, said, objects } = world();
    await poll(0);
    said.close = 2;
    expect(await poll(1)).toMatchObject({ newRows: 1, rowsIn: 1 });
    said.close = 1;
    expect(await poll(2)).toMatchObject({ newRows: 1, rowsIn: 1 });
    expect(await objects()).toEqual({ bodies: 3, rows: 3, messages: 3 });
  });

  test("that brings the same rows in other bytes keeps the bytes, and no second copy of the rows", async () => {
    const { poll, said, objects } = world();
    await poll(0);
    said.note = "said a minute later";
    expect(await poll(1)).toMatchObject({ newRows: 0, rowsIn: 0 });
    expect(await poll(2)).toMatchObject({ newRows: 0, rowsIn: 0 });
    expect(await objects()).toEqual({ bodies: 2, rows: 1, messages: 1 });
  });

  test("in which the same bytes mean a final bar is received", async () => {
    const { poll, said, objects } = world();
    await poll(0);
    said.isFinal = true;
    expect(await poll(15)).toMatchObject({ newRows: 1, rowsIn: 1 });
    expect(await objects()).toEqual({ bodies: 2, rows: 2, messages: 2 });
  });

  test("in which the vendor corrects nothing but the currency is received", async () => {
    const { poll, said } = world();
    await poll(0);
    said.currency = "GBp";
    expect(await poll(1)).toMatchObject({ newRows: 1, rowsIn: 1 });
  });

  test("whose answer is the one before makes up for what failed after that was received", async () => {
    const { poll, said, faults, requests } = world();
    said.isFinal = true;
    await poll(15);
    // A split: the history is rewritten, and the run that sees it cannot ask for it.
    said.close = 0.5;
    faults.handingOn = true;
    await expect(poll(16)).rejects.toThrow("the queue is away");
    faults.handingOn = false;
    expect(await poll(17)).toMatchObject({ newRows: 0, rowsIn: 0 });
    expect(await requests()).toMatchObject([{ trigger: "refetch", symbols: ["BTC-USD"] }]);
  });

  test("an hour after the rows were received receives them again, which is no news", async () => {
    const { poll, objects } = world();
    await poll(0);
    expect(await poll(59)).toMatchObject({ newRows: 0, rowsIn: 0 });
    expect(await poll(60)).toMatchObject({ newRows: 0, rowsIn: 1 });
    expect(await poll(61)).toMatchObject({ newRows: 0, rowsIn: 0 });
    expect(await objects()).toMatchObject({ rows: 2 });
  });

  test("of another provider is news, as rows that differ may lie between", async () => {
    const { poll } = world();
    await poll(0);
    expect(await poll(1, { provider: "two" })).toMatchObject({ newRows: 1 });
    expect(await poll(2, { provider: "one" })).toMatchObject({ newRows: 1 });
  });

  test("is no request for a stretch of history: that is always received", async () => {
    const { poll } = world();
    await poll(0);
    const window = { fromMs: startMs, toMs: startMs + 60 * minuteMs };
    expect(await poll(1, { window })).toMatchObject({ newRows: 1, rowsIn: 1 });
  });
});
