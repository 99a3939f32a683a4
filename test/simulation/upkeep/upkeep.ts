/**
 * A lake that is kept current while everything goes wrong: ticks with their polls, runs for gaps, refreshes and a backfill,
 * on several workers, from two vendors with budgets and outages. At last some calm days; then it must be as if all days had been.
 */
import { MarketlakeError, TransientError } from "../../../core/errors.ts";
import { backfill } from "../../../core/pipeline/backfill.ts";
import type { ExtractContext } from "../../../core/pipeline/extract.ts";
import type { ReceivedMessage } from "../../../core/ports.ts";
import type { Provider } from "../../../core/providers/provider.ts";
import { laneOf } from "../../../core/settings.ts";
import { createHandler as createExtract } from "../../../lambdas/extract/handler.ts";
import { createHandler as createTransform } from "../../../lambdas/transform/handler.ts";
import { MemoryObjectStore } from "../../../local/memory/memory-object-store.ts";
import { MemoryWorkQueue } from "../../../local/memory/memory-work-queue.ts";
import { functionEnvironment } from "../../helpers/function-environment.ts";
import { sqsEvent, sqsRecord } from "../../helpers/sqs-event.ts";
import { Crash, FaultPlan, Life, mortalClock, MortalQueue, MortalStore } from "../faults.ts";
import { Random } from "../random.ts";
import { Scheduler } from "../scheduler.ts";
import { checkUpkeep } from "./checks.ts";
import { drawPlan, minuteMs, type UpkeepPlan } from "./plan.ts";
import { Vendors } from "./vendors.ts";

const functionTimeoutMs = 300_000;
const visibilityTimeoutMs = functionTimeoutMs + 30_000;
const maxReceiveCount = 3;
/** Idle workers look again after this time. */
const idleMs = 2 * minuteMs;
/** A backfill that has to wait is called again. */
const backfillEveryMs = 3 * 60 * minuteMs;

export interface UpkeepReport {
  readonly seed: number;
  readonly options: UpkeepPlan;
  /** What did not hold; empty where all is well. */
  readonly problems: readonly string[];
  /** Port calls. */
  readonly steps: number;
}

export async function simulateUpkeep(seed: number, plan: UpkeepPlan = drawPlan(seed)): Promise<UpkeepReport> {
  const lake = new KeptLake(plan, new Random(seed));
  await lake.run();
  return { seed, options: plan, problems: await checkUpkeep(lake), steps: lake.scheduler.steps };
}

type Handle = (message: ReceivedMessage, life: Life) => Promise<unknown>;

export class KeptLake {
  readonly plan: UpkeepPlan;
  readonly scheduler: Scheduler;
  readonly vendors: Vendors;
  readonly raw = new MemoryObjectStore();
  readonly curated = new MemoryObjectStore();
  readonly queues;
  readonly #random: Random;
  readonly #faults: FaultPlan;
  #isBackfilled = false;

  constructor(plan: UpkeepPlan, random: Random) {
    this.plan = plan;
    this.#random = random;
    this.scheduler = new Scheduler(random, plan.startMs);
    this.#faults = new FaultPlan(plan.faults, plan.faultsMax, random);
    this.vendors = new Vendors(plan, () => this.scheduler.nowMs());
    const clock = { nowMs: () => this.scheduler.nowMs(), sleep: () => Promise.resolve() };
    const dead = new MemoryWorkQueue(clock);
    const redrive = { maxReceiveCount, deadLetterQueue: dead };
    this.queues = {
      requests: new MemoryWorkQueue(clock, { fifo: true, ...redrive }),
      transform: new MemoryWorkQueue(clock),
      indicators: new MemoryWorkQueue(clock),
      dead,
    };
  }

  async run(): Promise<void> {
    this.scheduler.spawn(() => this.#keepAppointments());
    this.scheduler.spawn(() => this.#backfill());
    for (let i = 0; i < this.plan.workers; i++) {
      this.scheduler.spawn(() => this.#work("requests", (message, life) => this.#extract(message, life)));
      this.scheduler.spawn(() => this.#work("transform", (message, life) => this.#transform(message, life)));
    }
    await this.scheduler.run();
  }

  get #isOver(): boolean {
    return this.#isBackfilled && this.scheduler.nowMs() >= this.plan.endMs;
  }

  async #keepAppointments(): Promise<void> {
    for (const { atMs, request } of this.plan.appointments) {
      await this.scheduler.turn(Math.max(0, atMs - this.scheduler.nowMs()));
      if (atMs >= this.plan.calmMs) this.#faults.end();
      const tick = {
        body: JSON.stringify(request),
        attributes: {},
        group: laneOf(this.plan.settings, request),
      };
      // What the scheduler delivers twice is more than five minutes apart, so that no queue notices.
      await this.queues.requests.send(this.#faults.strikes("duplicate") ? [tick, tick] : [tick]);
    }
  }

  async #backfill(): Promise<void> {
    const range = this.plan.backfill;
    if (range !== null) {
      while (!(await this.#hasBackfilled(range))) await this.scheduler.turn(backfillEveryMs);
    }
    this.#isBackfilled = true;
  }

  /** One call of the command, after which nothing of the range may be left. */
  async #hasBackfilled(range: NonNullable<UpkeepPlan["backfill"]>): Promise<boolean> {
    const { interval, symbols } = this.plan;
    try {
      const context = this.#extractContext(this.#life());
      const { left } = await backfill(context, { assetClass: "stock", interval, symbols, ...range });
      return left.length === 0;
    } catch (error) {
      if (error instanceof MarketlakeError || error instanceof Crash) return false;
      throw error;
    }
  }

  /** A worker that takes messages one by one, dies now and then, and begins anew, until all is over and at rest. */
  async #work(name: "requests" | "transform", handle: Handle): Promise<void> {
    while (!(this.#isOver && (await this.#isAtRest()))) {
      const life = this.#life();
      life.endsAtMs = this.scheduler.nowMs() + functionTimeoutMs;
      const queue = new MortalQueue(this.queues[name], () => life);
      try {
        const [message] =
          (await this.queues[name].depth()).visible === 0
            ? []
            : await this.queues[name].receive({ maxMessages: 1, visibilityTimeoutMs });
        if (message === undefined) await this.scheduler.turn(idleMs);
        else if (await handle(message, life)) await queue.acknowledge(message.receiptHandle);
      } catch (error) {
        if (!(error instanceof TransientError || error instanceof Crash)) throw error;
      }
    }
  }

  async #isAtRest(): Promise<boolean> {
    const depths = await Promise.all(
      [this.queues.requests, this.queues.transform].map((queue) => queue.depth()),
    );
    return depths.every(({ visible, inFlight }) => visible + inFlight === 0);
  }

  async #extract(message: ReceivedMessage, life: Life): Promise<boolean> {
    const handler = createExtract({
      environment: functionEnvironment(),
      settings: this.plan.settings,
      ports: () => ({
        ...this.#extractContext(life),
        deadLetters: new MortalQueue(this.queues.dead, () => life),
      }),
    });
    return this.#invoke(handler, message, life);
  }

  async #transform(message: ReceivedMessage, life: Life): Promise<boolean> {
    const { stores, queues, clock } = this.#extractContext(life);
    const handler = createTransform({
      // Nothing but faults makes transforms fail here, so they are tried again.
      environment: { ...functionEnvironment(), MAX_RECEIVE_COUNT: "1000" },
      settings: this.plan.settings,
      ports: () => ({ stores, queues, clock, deadLetters: new MortalQueue(this.queues.dead, () => life) }),
    });
    return this.#invoke(handler, message, life);
  }

  /** Whether the message is done. */
  async #invoke(
    handler: ReturnType<typeof createTransform>,
    { messageId, body, receiveCount, attributes, group }: ReceivedMessage,
    life: Life,
  ): Promise<boolean> {
    const record = sqsRecord(messageId, body, {
      receiveCount,
      attributes,
      ...(group === undefined ? {} : { group }),
    });
    const { batchItemFailures } = await handler(sqsEvent(record), {
      functionName: "simulated",
      awsRequestId: "request",
      getRemainingTimeInMillis: () => life.endsAtMs - this.scheduler.nowMs(),
    });
    return batchItemFailures.length === 0;
  }

  #life(): Life {
    return new Life(this.scheduler, this.#faults, this.plan.callMsMax);
  }

  #extractContext(life: Life): ExtractContext {
    const { requests, transform, indicators } = this.queues;
    const get = async ({ url }: { readonly url: string }) => {
      this.vendors.call(new URL(url).hostname.replace(".test", ""));
      await life.pause(this.#random.int(0, this.plan.callMsMax));
      return { status: 200, headers: {}, body: new Uint8Array() };
    };
    const providers: Provider[] = ["alpha", "beta"].map((id) =>
      this.vendors.provider(id, () => life.pause(0)),
    );
    return {
      stores: {
        raw: new MortalStore(this.raw, () => life),
        curated: new MortalStore(this.curated, () => life),
      },
      queues: { transform: new MortalQueue(transform, () => life), indicators },
      requests: new MortalQueue(requests, () => life),
      clock: mortalClock(() => life),
      settings: this.plan.settings,
      providers: new Map(providers.map((provider) => [provider.id, provider])),
      io: { http: { get }, secrets: { get: () => Promise.resolve("k3y") } },
      random: () => this.#random.next(),
    };
  }
}
