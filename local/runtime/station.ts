/** Everything one thread needs to work on a lake: ports, and the functions of the deployment over these ports. */
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { createHandler as createExtract, type ExtractHandler } from "../../lambdas/extract/handler.ts";
import { createHandler as createHealth } from "../../lambdas/health/handler.ts";
import { createHandler as createIndicators } from "../../lambdas/indicators/handler.ts";
import { createHandler as createTransform } from "../../lambdas/transform/handler.ts";
import { type ConsumerEnv, type FunctionEnv, secretPrefix } from "../../lambdas/shared/env.ts";
import type { Invocation } from "../../lambdas/shared/invocation.ts";
import type { FunctionPorts } from "../../lambdas/shared/ports.ts";
import { TerminalError } from "../../core/errors.ts";
import type { ExtractRequest } from "../../core/messages/index.ts";
import type { AnswerMemory } from "../../core/pipeline/answer-memory.ts";
import type { PipelineContext } from "../../core/pipeline/context.ts";
import type { ExtractContext, ExtractResult } from "../../core/pipeline/extract.ts";
import type { HealthReport, WatchedSeries } from "../../core/health/index.ts";
import type { ObjectStore, SecretStore, WorkQueue } from "../../core/ports.ts";
import type { Provider } from "../../core/providers/provider.ts";
import { fetchHttpClient } from "../../lambdas/shared/fetch-http-client.ts";
import { EnvSecretStore } from "../env-secret-store.ts";
import { FileObjectStore } from "../files/file-object-store.ts";
import { queueDatabasePath, type Lake } from "../lake.ts";
import { Guard, type FunctionCall } from "../policy/guard.ts";
import { GuardedObjectStore } from "../policy/guarded-object-store.ts";
import { GuardedSecretStore } from "../policy/guarded-secret-store.ts";
import { GuardedWorkQueue } from "../policy/guarded-work-queue.ts";
import { SqliteWorkQueue } from "../sqlite/sqlite-work-queue.ts";
import { systemClock } from "../../lambdas/shared/system-clock.ts";
import type { QueueSchedule, Wiring } from "../wiring.ts";
import { embeddedArn } from "../wiring/templates.ts";

type WiredFunction = Wiring["functions"][number];
type FunctionId = WiredFunction["id"];
type ConsumerId = Wiring["eventSources"][number]["functionId"];

export interface StationOptions {
  readonly lake: Lake;
  readonly wiring: Wiring;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly logLevel: string;
  /** What the health check looks at; by default no series. */
  readonly watched?: readonly WatchedSeries[];
  /** Of a process that asks the same again and again. */
  readonly answers?: AnswerMemory;
  /** Aborted when the process is to end: extraction begins nothing more, and hands on what it leaves. */
  readonly stop?: AbortSignal;
  /** Is told of every call that a function makes, before it is judged. */
  readonly observe?: (call: FunctionCall) => void;
}

export class Station {
  readonly wiring: Wiring;
  /** The operator's own: nothing but the functions is held to a policy. */
  readonly context: PipelineContext;
  readonly #options: StationOptions;
  readonly #queues = new Map<string, SqliteWorkQueue>();
  readonly #guards = new Map<FunctionId, Guard>();

  constructor(options: StationOptions) {
    this.#options = options;
    this.wiring = options.wiring;
    const store = new FileObjectStore(options.lake.directory);
    const queue = (name: string) => this.queue(name);
    this.context = {
      stores: { raw: store, curated: store },
      // Opened when somebody sends: who only looks at the lake needs no sound database, nor the right to write.
      queues: {
        get transform() {
          return queue("transform");
        },
        get indicators() {
          return queue("indicators");
        },
      },
      clock: systemClock,
      settings: options.lake.settings,
    };
  }

  /** A queue by its embedded name, with the limits that the deployment gives it. */
  queue(name: string): SqliteWorkQueue {
    const open = this.#queues.get(name);
    if (open !== undefined) return open;
    const wired = this.wiring.queues.find((queue) => queue.name === name);
    if (wired === undefined) throw new TerminalError(`the deployment has no queue "${name}"`);
    const { fifo, maxReceiveCount, deadLetterQueue } = wired;
    const redrive =
      maxReceiveCount === undefined || deadLetterQueue === undefined
        ? {}
        : { maxReceiveCount, deadLetterQueue };
    const queue = new SqliteWorkQueue(
      queueDatabasePath(this.#options.lake.directory),
      { name, fifo, ...redrive },
      systemClock,
    );
    this.#queues.set(name, queue);
    return queue;
  }

  /** Invokes the extract function past its queue, for whoever waits for the answer. */
  async extract(request: unknown): Promise<ExtractResult> {
    const wired = this.#function("extract");
    return this.#extractHandler(wired)(request, invocation(wired));
  }

  /** Does what a schedule does at its time: sends the request to its queue. */
  async fire({ target }: QueueSchedule, request: ExtractRequest): Promise<void> {
    const { queue, group } = target;
    await this.queue(queue).send([{ body: JSON.stringify(request), attributes: {}, group }]);
  }

  /** Invokes the health check, which sees what extracts have brought. */
  async health(request: unknown): Promise<HealthReport> {
    const wired = this.#function("health");
    const { lake, watched = [] } = this.#options;
    const handler = createHealth({
      environment: this.#environment(wired),
      settings: { lake: lake.settings, watched },
      ports: (env) => ({ curated: this.#store(wired, this.context.stores.curated, env.CURATED_BUCKET) }),
    });
    return handler(request, invocation(wired));
  }

  /** What the operator asks providers with. */
  get extractContext(): ExtractContext {
    return {
      ...this.context,
      requests: this.queue("extract"),
      providers: this.#options.providers,
      io: { http: fetchHttpClient, secrets: new EnvSecretStore() },
      isStopping: () => this.isStopping,
      random: Math.random,
    };
  }

  /** Whether the process is about to end: nobody is asked for anything more. */
  get isStopping(): boolean {
    return this.#options.stop?.aborted === true;
  }

  /** The handler of a function that consumes a queue. */
  consumer(id: ConsumerId): (event: SQSEvent) => Promise<SQSBatchResponse> {
    const wired = this.#function(id);
    const dependencies = {
      environment: this.#environment(wired),
      settings: this.#options.lake.settings,
      ports: (env: ConsumerEnv) => ({
        ...this.#ports(wired, env),
        deadLetters: this.#guardedQueue(wired, env.DEAD_LETTER_QUEUE_URL),
      }),
    };
    switch (id) {
      case "transform": {
        const handler = createTransform(dependencies);
        return (event) => handler(event, invocation(wired));
      }
      case "indicators": {
        const handler = createIndicators(dependencies);
        return (event) => handler(event, invocation(wired));
      }
      case "extract": {
        const handler = this.#extractHandler(wired);
        return (event) => handler(event, invocation(wired));
      }
    }
  }

  #extractHandler(wired: WiredFunction): ExtractHandler {
    return createExtract({
      environment: this.#environment(wired),
      settings: this.#options.lake.settings,
      ports: (env) => ({
        ...this.#ports(wired, env),
        deadLetters: this.#guardedQueue(wired, env.DEAD_LETTER_QUEUE_URL),
        requests: this.#guardedQueue(wired, env.EXTRACT_QUEUE_URL),
        providers: this.#options.providers,
        io: { http: fetchHttpClient, secrets: this.#secrets(wired, env) },
        random: Math.random,
        isStopping: () => this.isStopping,
        ...(this.#options.answers === undefined ? {} : { answers: this.#options.answers }),
      }),
    });
  }

  /** The queue of an event source, with what its function may do: Lambda polls a queue in the name of the function. */
  polledQueue(source: Wiring["eventSources"][number]): WorkQueue {
    return this.#guardedQueue(this.#function(source.functionId), source.queue);
  }

  close(): void {
    for (const queue of this.#queues.values()) queue.close();
  }

  /** The ports of a function, which make the calls that its role allows and no others. */
  #ports(wired: WiredFunction, env: FunctionEnv): FunctionPorts {
    const { stores, clock } = this.context;
    return {
      stores: {
        raw: this.#store(wired, stores.raw, env.RAW_BUCKET),
        curated: this.#store(wired, stores.curated, env.CURATED_BUCKET),
      },
      queues: {
        transform: this.#guardedQueue(wired, env.TRANSFORM_QUEUE_URL),
        indicators: this.#guardedQueue(wired, env.INDICATORS_QUEUE_URL),
      },
      clock,
    };
  }

  #secrets(wired: WiredFunction, { STAGE }: FunctionEnv): SecretStore {
    const arnPrefix = embeddedArn("secretsmanager", `secret:${secretPrefix(STAGE)}`);
    return new GuardedSecretStore(new EnvSecretStore(), arnPrefix, this.#guard(wired));
  }

  #store(wired: WiredFunction, store: ObjectStore, bucket: string): ObjectStore {
    return new GuardedObjectStore(store, bucket, this.#guard(wired));
  }

  #guardedQueue(wired: WiredFunction, name: string): WorkQueue {
    return new GuardedWorkQueue(this.queue(name), name, this.#guard(wired));
  }

  #guard({ id, policy }: WiredFunction): Guard {
    const known = this.#guards.get(id);
    if (known !== undefined) return known;
    const statements = [...policy, ...this.wiring.resourcePolicy];
    const guard = new Guard({ functionId: id, statements, observe: this.#options.observe });
    this.#guards.set(id, guard);
    return guard;
  }

  #function(id: FunctionId): WiredFunction {
    const wired = this.wiring.functions.find((candidate) => candidate.id === id);
    if (wired === undefined) throw new TerminalError(`the deployment has no function "${id}"`);
    return wired;
  }

  /** As deployed, but with logs and metrics only where someone wants them. */
  #environment(wired: WiredFunction): Record<string, string> {
    return {
      ...wired.environment,
      LOG_LEVEL: this.#options.logLevel,
      METRICS: "",
    };
  }
}

function invocation({ id, timeoutMs }: WiredFunction): Invocation {
  const startedMs = systemClock.nowMs();
  return {
    functionName: id,
    awsRequestId: `${id}-${startedMs}`,
    getRemainingTimeInMillis: () => startedMs + timeoutMs - systemClock.nowMs(),
  };
}
