/** The stores, queues and processes of one simulation. */
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { TerminalError, TransientError, UnreadableObjectError } from "../../core/errors.ts";
import type { ExtractRequest } from "../../core/messages/index.ts";
import type { PipelineContext } from "../../core/pipeline/context.ts";
import { load } from "../../core/pipeline/load.ts";
import { planRebuild, rebuildShard } from "../../core/pipeline/rebuild.ts";
import type { ReceivedMessage, WorkQueue } from "../../core/ports.ts";
import type { Provider } from "../../core/providers/provider.ts";
import { laneOf, type LakeSettings } from "../../core/settings.ts";
import { toRows } from "../../core/columnar/batch.ts";
import { rawBars } from "../../core/tables/index.ts";
import { createHandler as createExtract } from "../../lambdas/extract/handler.ts";
import { createHandler as createIndicators } from "../../lambdas/indicators/handler.ts";
import type { Invocation } from "../../lambdas/shared/invocation.ts";
import type { Handler } from "../../lambdas/shared/middleware.ts";
import type { ConsumerPorts } from "../../lambdas/shared/ports.ts";
import { createHandler as createTransform } from "../../lambdas/transform/handler.ts";
import { MemoryObjectStore } from "../../local/memory/memory-object-store.ts";
import { MemoryWorkQueue } from "../../local/memory/memory-work-queue.ts";
import { functionEnvironment } from "../helpers/function-environment.ts";
import { sqsEvent, sqsRecord } from "../helpers/sqs-event.ts";
import { FaultPlan, Life, mortalClock, MortalQueue, MortalStore, Saboteur } from "./faults.ts";
import { csvSource, type CsvFile } from "./files.ts";
import { LaneWatch } from "./lane-watch.ts";
import type { SimulationOptions, Stage } from "./options.ts";
import type { Random } from "./random.ts";
import { Scheduler } from "./scheduler.ts";
import { vendor, type RawRow } from "./vendor.ts";
import { noIo } from "../helpers/provider-io.ts";

/** The wall clock starts after all business times, as in a replay of the past. */
const startMs = Date.UTC(2024, 5, 1);
/** Idle workers look again after this time, then after twice as much, and so on. */
const pollMsMin = 100;
const pollMsMax = 10_000;
/** Receives with the visibility timeout of the options; later ones have `patientTimeoutMs`. */
const hastyReceives = 100;
const patientTimeoutMs = 180_000;
const stages: readonly Stage[] = ["jobs", "transform", "indicators"];
const lastStage: Stage = "indicators";
/** Far above what the faults of a simulation can cause: a message that gets there cannot succeed. */
const maxReceiveCount = 300;
const damagedObjectsMax = 3;

export type Job = { readonly extract: ExtractRequest } | { readonly load: CsvFile };

/** Loads wait for nobody. */
const groupOf = (job: Job, settings: LakeSettings, number: number) =>
  "load" in job ? `load-${number}` : laneOf(settings, job.extract);

const asJob = (body: string) => JSON.stringify({ extract: JSON.parse(body) as ExtractRequest });

export class World {
  readonly options: SimulationOptions;
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly faults: FaultPlan;
  readonly raw = new MemoryObjectStore();
  readonly curated = new MemoryObjectStore();
  readonly saboteur = new Saboteur(damagedObjectsMax);
  readonly queues;
  readonly lanes = new LaneWatch();
  /** Rows that providers handed over in attempts that ended well. */
  readonly handedOver: RawRow[] = [];
  /** How often each request was made, by whatever life. */
  readonly #attempts = new Map<string, number>();
  #jobsToCome = 0;
  #groups = 0;
  /** Workers with a batch in hand: they may send messages even where its own are gone, done by another. */
  #busyWorkers = 0;
  #hastyReceives = hastyReceives;

  constructor(options: SimulationOptions, random: Random) {
    this.options = options;
    this.random = random;
    this.scheduler = new Scheduler(random, startMs);
    this.faults = new FaultPlan(options.faults, options.faultsMax, random);
    const clock = { nowMs: () => this.scheduler.nowMs(), sleep: () => Promise.resolve() };
    const queue = () => new MemoryWorkQueue(clock);
    this.queues = {
      jobs: new MemoryWorkQueue(clock, { fifo: true }),
      transform: queue(),
      indicators: queue(),
      transformDead: queue(),
      indicatorsDead: queue(),
    };
  }

  /** Runs the pipeline until all jobs are done and nothing is in flight. */
  async run(jobs: readonly Job[], rebuilds: boolean): Promise<void> {
    this.#jobsToCome = jobs.length;
    this.scheduler.spawn(() => this.#sendJobs(jobs));
    for (let i = 0; i < this.options.workers; i++) {
      const callMsMax = i % 2 === 0 ? this.options.slowCallMsMax : 0;
      this.scheduler.spawn(() => this.#jobWorker(callMsMax));
      this.scheduler.spawn(() => this.#consumer("transform", callMsMax));
      this.scheduler.spawn(() => this.#consumer("indicators", callMsMax));
    }
    if (rebuilds) this.scheduler.spawn(() => this.#rebuilder());
    await this.scheduler.run();
  }

  /** Ports without faults, for what happens before and after. */
  calmContext(curated = this.curated): PipelineContext {
    return {
      stores: { raw: this.raw, curated },
      queues: { transform: this.queues.transform, indicators: this.queues.indicators },
      clock: { nowMs: () => this.scheduler.nowMs(), sleep: () => Promise.resolve() },
      settings: this.options.settings,
    };
  }

  /**
   * Too short at first, so that messages are with two workers at once; then long enough for every batch, so that all
   * comes to rest. A job is an invocation, which is repeated after it has ended and not beside it.
   */
  #visibilityTimeoutMs(stage: Stage): number {
    const isHasty = stage !== "jobs" && this.#hastyReceives-- > 0;
    return isHasty ? this.options.visibilityTimeoutMs : patientTimeoutMs;
  }

  /** Whether no message is left that can cause work in a stage, or in one before it. */
  async #isQuietUpTo(stage: Stage): Promise<boolean> {
    if (this.#jobsToCome > 0 || this.#busyWorkers > 0) return false;
    const queues = stages.slice(0, stages.indexOf(stage) + 1).map((name) => this.queues[name]);
    const depths = await Promise.all(queues.map((queue) => queue.depth()));
    return depths.every(({ visible, inFlight }) => visible + inFlight === 0);
  }

  async #sendJobs(jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) {
      await this.scheduler.turn(this.random.int(0, this.options.jobsApartMsMax));
      const group = this.#group(groupOf(job, this.options.settings, this.#jobsToCome));
      await this.queues.jobs.send([{ body: JSON.stringify(job), attributes: {}, group }]);
      this.#jobsToCome--;
    }
  }

  /** The lane, or where nobody waits one of its own. */
  #group(lane: string): string {
    return this.options.inLanes ? lane : `${lane}-${++this.#groups}`;
  }

  #ports(life: () => Life, deadLetters: MemoryWorkQueue): ConsumerPorts {
    return {
      stores: {
        raw: new MortalStore(this.raw, life, this.saboteur),
        curated: new MortalStore(this.curated, life),
      },
      queues: {
        transform: new MortalQueue(this.queues.transform, life),
        indicators: new MortalQueue(this.queues.indicators, life),
      },
      clock: mortalClock(life),
      deadLetters: new MortalQueue(deadLetters, life),
    };
  }

  #environment(): Record<string, string> {
    return {
      ...functionEnvironment(),
      MAX_RECEIVE_COUNT: String(maxReceiveCount),
    };
  }

  #invocation(): Invocation {
    const endMs = this.scheduler.nowMs() + this.options.invocationMs;
    return {
      functionName: "simulated",
      awsRequestId: "request",
      getRemainingTimeInMillis: () => endMs - this.scheduler.nowMs(),
    };
  }

  async #waitForStageBefore(stage: Stage): Promise<void> {
    const before = stages[stages.indexOf(stage) - 1]!;
    while (!(await this.#isQuietUpTo(before))) await this.scheduler.turn(pollMsMax);
  }

  async #consumer(stage: "transform" | "indicators", callMsMax: number): Promise<void> {
    await this.#liveOn(stage, callMsMax, (life) => {
      const ports = this.#ports(() => life, this.queues[`${stage}Dead`]);
      const create = stage === "transform" ? createTransform : createIndicators;
      const handler = create({
        environment: this.#environment(),
        settings: this.options.settings,
        ports: () => ports,
      });
      const queue = new MortalQueue(this.queues[stage], () => life);
      return (messages) => this.#handleBatch(handler, messages, queue);
    });
  }

  async #handleBatch(
    handler: Handler<SQSEvent, SQSBatchResponse>,
    messages: readonly ReceivedMessage[],
    queue: MortalQueue,
  ): Promise<void> {
    const records = messages.map(({ messageId, body, receiveCount, attributes }) =>
      sqsRecord(messageId, body, { receiveCount, attributes }),
    );
    const { batchItemFailures } = await handler(sqsEvent(...records), this.#invocation());
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { messageId, receiptHandle } of messages) {
      if (failed.has(messageId)) await queue.release(receiptHandle);
      else await queue.acknowledge(receiptHandle);
    }
  }

  async #jobWorker(callMsMax: number): Promise<void> {
    await this.#liveOn("jobs", callMsMax, (life) => {
      const ports = this.#ports(() => life, this.queues.transformDead);
      const queue = new MortalQueue(this.queues.jobs, () => life);
      return async (messages) => {
        for (const message of messages) {
          const nowMs = this.scheduler.nowMs();
          const ended = this.lanes.begin(message, nowMs, nowMs + patientTimeoutMs);
          await this.#runJob(JSON.parse(message.body) as Job, ports, life).finally(ended);
          await queue.acknowledge(message.receiptHandle);
        }
      };
    });
  }

  async #runJob(job: Job, ports: ConsumerPorts, life: Life): Promise<void> {
    if ("load" in job) {
      const source = csvSource(job.load, this.random);
      await load({ ...ports, settings: this.options.settings }, source, { ...job.load, provider: "csv" });
      return;
    }
    const seen: RawRow[] = [];
    const handler = createExtract({
      environment: this.#environment(),
      settings: this.options.settings,
      ports: () => ({
        ...ports,
        requests: this.#requests(life),
        providers: this.#providers(life, seen),
        io: noIo,
        random: () => this.random.next(),
      }),
    });
    await handler(job.extract, this.#invocation());
    this.handedOver.push(...seen);
  }

  /** What a run hands on becomes a job. */
  #requests(life: Life): Pick<WorkQueue, "send"> {
    const jobs = new MortalQueue(this.queues.jobs, () => life);
    return {
      send: (messages) =>
        jobs.send(
          messages.map(({ body, attributes, group }) => ({
            body: asJob(body),
            attributes,
            group: this.#group(group!),
          })),
        ),
    };
  }

  #providers(life: Life, seen: RawRow[]): Map<string, Provider> {
    const { series, vendor: traits } = this.options;
    return new Map(
      ["alpha", "beta"].map((id) => {
        const ofVendor = vendor(id, series, traits, this.#attempts, () =>
          life.call(() => Promise.resolve(), `request to ${id}`),
        );
        const provider: Provider = {
          ...(ofVendor as Provider),
          transform: async (response, request, receipt) => {
            const answer = await (ofVendor as Provider).transform(response, request, receipt);
            seen.push(...toRows(rawBars, answer.bars));
            return answer;
          },
        };
        return [id, provider];
      }),
    );
  }
  /** A worker that polls a queue, dies now and then, and starts again, until the world is quiet. */
  async #liveOn(
    queueName: Stage,
    callMsMax: number,
    begin: (life: Life) => (messages: readonly ReceivedMessage[]) => Promise<void>,
  ): Promise<void> {
    const maxMessages = queueName === "jobs" ? 1 : this.options.batchSizeMax;
    let life = new Life(this.scheduler, this.faults, callMsMax);
    let handle = begin(life);
    let idleMs = pollMsMin;
    if (this.options.lateStages.includes(queueName)) await this.#waitForStageBefore(queueName);
    while (!(await this.#isQuietUpTo(lastStage))) {
      try {
        const queue = new MortalQueue(this.queues[queueName], () => life);
        const visibilityTimeoutMs = this.#visibilityTimeoutMs(queueName);
        const messages = await queue.receive({ maxMessages, visibilityTimeoutMs });
        if (messages.length === 0) {
          await life.pause(idleMs);
          idleMs = Math.min(2 * idleMs, pollMsMax);
        } else {
          idleMs = pollMsMin;
          this.#busyWorkers++;
          await handle(messages).finally(() => this.#busyWorkers--);
        }
      } catch (error) {
        const isExpected = error instanceof TransientError || error instanceof TerminalError;
        if (!life.isOver && !isExpected) throw error;
      }
      if (!life.isOver) continue;
      life = new Life(this.scheduler, this.faults, callMsMax);
      handle = begin(life);
    }
  }

  /** Someone rebuilds the lake while it is written to, again and again until a rebuild comes through. */
  async #rebuilder(): Promise<void> {
    for (;;) {
      const life = new Life(this.scheduler, this.faults);
      const context = {
        ...this.#ports(() => life, this.queues.transformDead),
        settings: this.options.settings,
      };
      try {
        await life.pause(this.random.int(0, 2 * this.options.jobsApartMsMax));
        for (const wave of await planRebuild(context)) {
          for (const task of wave) await rebuildShard(context, task, { runId: "rebuild", asOfMs: Infinity });
        }
        return;
      } catch (error) {
        if (error instanceof UnreadableObjectError) return;
        if (!life.isOver && !(error instanceof TransientError)) throw error;
      }
    }
  }
}
