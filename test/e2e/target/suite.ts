/** One suite for every target: what the embedded runtime does, the deployed functions do. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringAt } from "../../../core/columnar/batch.ts";
import { decodeParquet } from "../../../core/columnar/parquet.ts";
import type { ExtractRequest } from "../../../core/messages/index.ts";
import { barsPrefix, parseRawBarsKey } from "../../../core/lake/keys.ts";
import type { ObjectStore, OutgoingMessage, ReceivedMessage } from "../../../core/ports.ts";
import { barsDaily, eltJobLog, rawBars } from "../../../core/tables/index.ts";
import { sqsEvent, sqsRecord } from "../../helpers/sqs-event.ts";
import { csvOf, loadAside, loadDaily, readSample, type Sample } from "./sample-bars.ts";
import { eventually, type Target } from "./target.ts";

const scheduledTime = "2026-11-20T00:20:00Z";
const scheduledMs = Date.parse(scheduledTime);
const scheduleTimeoutMs = 100_000;
const testTimeoutMs = 120_000;
/** The least that SQS takes as the limit of a queue. */
const refusedBytesMin = 1_024;

/** Tests run in their order: the later ones stand on the bars of the earlier ones. */
export function describeTarget(name: string, open: () => Promise<Target>): void {
  describe(`the main job on ${name}`, { timeout: testTimeoutMs }, () => {
    let target: Target;
    let apple: Sample;
    let index: Sample;
    const curated = () => target.context.stores.curated;

    beforeAll(async () => {
      target = await open();
      [apple, index] = [await readSample("AAPL"), await readSample("^GSPC")];
      // Fires while the other tests run; the last one looks for its bars.
      await target.makeScheduleDue("crypto-1d", scheduledTime);
    }, testTimeoutMs);
    afterAll(() => target?.close());

    test("real bars reach the raw zone, the curated zone and the indicators", async () => {
      const loads = [await loadDaily(target.context, apple.csv, apple)];
      loads.push(await loadDaily(target.context, index.csv, index));
      await target.settle();
      expect(loads.map(({ rowsIn }) => rowsIn)).toEqual([apple.rows.length, index.rows.length]);
      expect(await closes(target, "AAPL")).toEqual(
        new Map(apple.rows.map(({ ts, close }) => [ts, Number(close)])),
      );
      expect((await target.queue("transform-dlq").depth()).visible).toBe(0);
    });

    test("extract asks its provider, and every row of the answer is curated or in quarantine", async () => {
      const result = await target.extract({
        version: 1,
        kind: "extract",
        assetClass: "forex",
        interval: "1d",
        provider: "synthetic",
        scheduledTime,
        trigger: "e2e",
      });
      await target.settle();
      expect(result.rowsIn).toBeGreaterThan(100);
      const { rows } = await target.engine.query(
        `select (select count(*) from bars_daily where asset_class = 'forex')
              + (select count(*) from quarantine where asset_class = 'forex') as accounted`,
      );
      expect(rows).toEqual([[result.rowsIn]]);
    });

    test("the health check finds those bars as new as their market lets them be, and none of others", async () => {
      // 6 hours and more after the close of New York on the 19th, a Thursday.
      const report = await target.health({
        version: 1,
        kind: "health",
        scheduledTime: "2026-11-20T05:00:00Z",
      });
      const daily = (assetClass: string) =>
        report.freshness.find((series) => series.assetClass === assetClass && series.interval === "1d");
      expect(daily("forex")).toMatchObject({
        newestBar: "2026-11-19T00:00:00.000Z",
        expectedBar: "2026-11-19T00:00:00.000Z",
        barsBehind: 0,
        symbolsBehind: 0,
      });
      expect(daily("commodity")).toMatchObject({ newestBar: null });
      const subjects = report.problems.map(({ subject }) => subject);
      expect(subjects).toContain("commodity 1d");
      expect(subjects).not.toContain("forex 1d");
    });

    test("SQL over the curated tables gives what an independent reader finds in the source", async () => {
      const { columns, rows } = await target.engine.query(
        `select count(*) as bars, sum(volume) as volume, min(close) as low, cast(max(session_date) as varchar) as last
         from bars_daily where asset_class = 'stock' and symbol = 'AAPL'`,
      );
      expect(columns.map((column) => column.name)).toEqual(["bars", "volume", "low", "last"]);
      expect(rows).toEqual([
        [
          apple.rows.length,
          apple.rows.reduce((sum, { volume }) => sum + Number(volume), 0),
          Math.min(...apple.rows.map(({ close }) => Number(close))),
          apple.rows.at(-1)!.ts,
        ],
      ]);
    });

    test("the newest moving average is the mean of the last twenty closes", async () => {
      const { rows } = await target.engine.query(
        `select sma_20 from indicators_daily where asset_class = 'stock' and symbol = 'AAPL' order by ts desc limit 1`,
      );
      const last = apple.rows.slice(-20).map(({ close }) => Number(close));
      expect(rows[0]![0]).toBeCloseTo(last.reduce((sum, close) => sum + close, 0) / 20, 9);
    });

    test("SQL that names nothing known is refused with the engine's reason", async () => {
      await expect(target.engine.query("select nothing_known from bars_daily")).rejects.toThrow(
        /nothing_known/,
      );
    });

    test("messages delivered again, in any order, change no object", async () => {
      const before = await contents(curated());
      const again: OutgoingMessage[] = [];
      for await (const { key } of target.context.stores.raw.list(rawBars.prefix)) {
        const location = parseRawBarsKey(key);
        if (location === null || location.dt === "2026-11-20") continue;
        const { assetClass, interval, shard } = location;
        const sources = [{ key, rows: 0, fromMs: 0, toMs: 1 }];
        const message = { version: 1, kind: "transform", assetClass, interval, shard, runId: "again" };
        again.push({ body: JSON.stringify({ ...message, scheduledMs, sources }), attributes: {} });
      }
      expect(again.length).toBeGreaterThan(0);
      await target.queue("transform").send([...again.toReversed(), ...again]);
      await target.settle();
      expect(await contents(curated())).toEqual(before);
    });

    test("a message that is no message reaches the dead-letter queue with its cause", async () => {
      await target.queue("transform").send([{ body: "no JSON", attributes: { correlationId: "poison" } }]);
      await target.settle();
      const dead = await deadLetter(target);
      expect(dead.body).toBe("no JSON");
      expect(dead.attributes).toEqual({
        correlationId: "poison",
        cause: expect.stringContaining('message is not JSON: "no JSON"'),
        errorType: "InvalidMessageError",
      });
    });

    test("a request that is no request becomes a dead letter of its lane, and the lane goes on", async () => {
      const request: ExtractRequest = {
        version: 1,
        kind: "extract",
        assetClass: "bond",
        interval: "1d",
        provider: "synthetic",
        scheduledTime,
        trigger: "e2e",
      };
      await target.queue("extract").send(
        ["no request", JSON.stringify(request)].map((body) => ({
          body,
          attributes: {},
          group: "synthetic",
        })),
      );
      await target.settle();
      expect(await deadLetter(target, "extract-dlq")).toMatchObject({
        body: "no request",
        group: "synthetic",
        attributes: { errorType: "InvalidMessageError" },
      });
      const { rows } = await target.engine.query(
        `select count(*) from bars_daily where asset_class = 'bond'`,
      );
      expect(Number(rows[0]![0])).toBeGreaterThan(10);
    });

    test("of two conditional writes on one version exactly one wins", async () => {
      const key = "curated/_state/e2e/contested";
      const created = await Promise.all(
        ["a", "b"].map((text) => curated().put(key, Buffer.from(text), { absent: true })),
      );
      expect(created.filter(({ written }) => written)).toHaveLength(1);
      const { etag } = (await curated().get(key))!;
      const replaced = await Promise.all(
        ["c", "d"].map((text) => curated().put(key, Buffer.from(text), { etag })),
      );
      expect(replaced.filter(({ written }) => written)).toHaveLength(1);
    });

    test("functions that rewrite the same object at once lose nothing", async () => {
      const rows = Array.from({ length: 40 }, (_, day) => `CONTEST,${dateOf(day)},1,1,1,1,${day + 1}`);
      const parts = await Promise.all(
        [0, 1, 2, 3].map((part) =>
          loadAside(target.context, csvOf(rows.filter((_, day) => day % 4 === part)), "commodity"),
        ),
      );
      let waiting = parts.flat().map((message, part) => sqsRecord(`part-${part}`, message));
      expect(waiting).toHaveLength(4);
      // A function that lost every race of its attempts answers with the record, and the queue would bring it again.
      for (let round = 0; waiting.length > 0 && round < 5; round++) {
        const answers = await Promise.all(waiting.map((record) => target.transform(sqsEvent(record))));
        const failed = new Set(
          answers.flatMap(({ batchItemFailures }) =>
            batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
          ),
        );
        waiting = waiting.filter(({ messageId }) => failed.has(messageId));
      }
      expect(waiting).toEqual([]);
      await target.settle();
      const { rows: found } = await target.engine.query(
        `select count(*) as bars, sum(volume) as volume from bars_daily where asset_class = 'commodity' and symbol = 'CONTEST'`,
      );
      expect(found).toEqual([[40, (40 * 41) / 2]]);
    });

    test("of a batch only the failed record is tried again", async () => {
      const symbol = "GOOD";
      const [good] = await loadAside(target.context, csvOf([`${symbol},2026-01-05,1,1,1,1,1`]), "etf");
      const poison = "no JSON ".repeat(refusedBytesMin / 4);
      const bodies = [JSON.stringify(good), poison];
      const acceptDeadLetters = await target.refuseDeadLetters(refusedBytesMin);
      const records = bodies.map((body, index) => sqsRecord(`record-${index}`, body));
      expect(await target.transform(sqsEvent(...records))).toEqual({
        batchItemFailures: [{ itemIdentifier: "record-1" }],
      });

      await target.queue("transform").send(bodies.map((body) => ({ body, attributes: {} })));
      const settled = target.settle();
      await eventually("one record to be left", 60_000, async () => {
        const { visible, inFlight } = await target.queue("transform").depth();
        return visible + inFlight === 1;
      });
      await acceptDeadLetters();
      await settled;
      expect(await deadLetter(target)).toMatchObject({
        body: poison,
        attributes: { errorType: "InvalidMessageError" },
      });
      expect([...(await closes(target, symbol)).keys()]).toEqual(["2026-01-05"]);
      expect((await target.queue("transform-dlq").depth()).visible).toBe(0);
    });

    test("the schedule has fired, and its bars are curated", async () => {
      await eventually("bars of the schedule", scheduleTimeoutMs, async () => {
        for await (const { key } of curated().list(barsPrefix({ assetClass: "crypto", interval: "1d" })))
          return key;
        return null;
      });
      const prefix = `${rawBars.prefix}asset_class=crypto/interval=1d/dt=2026-11-20/`;
      for await (const { key } of target.context.stores.raw.list(prefix)) {
        expect(key).toMatch(/\/synthetic-schedule-[0-9a-f]+-shard-\d+-[0-9a-f]+\.parquet$/);
      }
    });
  });
}

const dateOf = (day: number) => new Date(Date.UTC(2025, 0, 6) + day * 86_400_000).toISOString().slice(0, 10);

/** Closes of a symbol by date, as the objects of the curated zone have them. */
async function closes({ context }: Target, symbol: string): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for await (const { key } of context.stores.curated.list(barsDaily.prefix)) {
    const { columns, rowCount } = await decodeParquet(
      barsDaily,
      key,
      (await context.stores.curated.get(key))!.bytes,
    );
    for (let row = 0; row < rowCount; row++) {
      if (stringAt(columns.symbol, row) !== symbol) continue;
      found.set(new Date(columns.ts[row]!).toISOString().slice(0, 10), columns.close[row]!);
    }
  }
  return found;
}

/** The bytes of all curated objects but the job log, which tells of every delivery. */
async function contents(store: ObjectStore): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { key } of store.list("curated/")) {
    if (key.startsWith(eltJobLog.prefix) || key.includes("=crypto/")) continue;
    found.set(key, Buffer.from((await store.get(key))!.bytes).toString("base64"));
  }
  return found;
}

/** Takes a message out of a dead-letter queue, by default that of transform. */
async function deadLetter(target: Target, name = "transform-dlq"): Promise<ReceivedMessage> {
  const queue = target.queue(name);
  const message = await eventually("a dead letter", 30_000, async () => {
    const [first] = await queue.receive({ maxMessages: 1, visibilityTimeoutMs: 30_000 });
    return first ?? null;
  });
  await queue.acknowledge(message.receiptHandle);
  return message;
}
