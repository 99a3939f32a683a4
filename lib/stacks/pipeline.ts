/** The stateless stack: the three stages, the queues between them and the schedules that start them. */
import { type CfnElement, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import {
  barsDaily,
  barsIntraday,
  eltJobLog,
  indicatorsDaily,
  indicatorsIntraday,
  quarantine,
  rawBars,
} from "../../core/tables/index.ts";
import { extractEnvSchema } from "../../lambdas/extract/env.ts";
import { indicatorsEnvSchema } from "../../lambdas/indicators/env.ts";
import { transformEnvSchema } from "../../lambdas/transform/env.ts";
import type { ConsumerConfig, StageConfig } from "../config.ts";
import { acknowledge } from "../constructs/acknowledge.ts";
import { MarketSchedule } from "../constructs/market-schedule.ts";
import { PipelineFunction } from "../constructs/pipeline-function.ts";
import { deadLetterQueue, WorkQueue } from "../constructs/work-queue.ts";
import type { StorageStack } from "./storage.ts";

/** What providers sent, byte for byte (core/lake/keys.ts). */
const receivedPrefix = "raw/csv/";
/** Checkpoints, watermarks and first attempts of runs (core/lake/keys.ts). */
const statePrefix = "curated/_state/";
/** Retries of a tick whose run failed: it meets its own keys, so a retry repeats nothing. */
const extractRetries = 2;
const extractEventAge = Duration.hours(1);

type Stage = Pick<PipelineFunction<never>, "executionRole">;

export interface PipelineStackProps extends StackProps {
  readonly storage: StorageStack;
}

export class PipelineStack extends Stack {
  readonly #config: StageConfig;
  readonly #storage: StorageStack;
  readonly #transformQueue: WorkQueue;
  readonly #indicatorsQueue: WorkQueue;

  constructor(scope: Construct, id: string, config: StageConfig, props: PipelineStackProps) {
    super(scope, id, props);
    this.#config = config;
    this.#storage = props.storage;
    this.#transformQueue = this.#queue("TransformQueue", "transform");
    this.#indicatorsQueue = this.#queue("IndicatorsQueue", "indicators");
    this.#addExtract();
    this.#addTransform();
    this.#addIndicators();
  }

  #addExtract(): void {
    const failures = deadLetterQueue(this, "ExtractDeadLetters", "extract");
    const extract = new PipelineFunction(this, "Extract", {
      functionId: "extract",
      description: "Asks a provider for bars and keeps what it sent in the raw zone.",
      config: this.#config,
      envSchema: extractEnvSchema,
      environment: this.#environment(),
    });
    extract.configureAsyncInvoke({
      retryAttempts: extractRetries,
      maxEventAge: extractEventAge,
      onFailure: new SqsDestination(failures),
    });
    const received = [receivedPrefix, rawBars.prefix];
    // A run looks for what earlier attempts of it wrote.
    this.#storage.raw.allowReading(extract.executionRole, received);
    this.#storage.raw.allowWriting(extract.executionRole, received);
    this.#allowStateAndJobLog(extract);
    this.#transformQueue.queue.grantSendMessages(extract);
    this.#addSchedules(extract, failures);
  }

  #addTransform(): void {
    const transform = new PipelineFunction(this, "Transform", {
      functionId: "transform",
      description: "Validates received bars and merges them into the curated tables.",
      config: this.#config,
      envSchema: transformEnvSchema,
      environment: this.#consumerEnvironment(this.#transformQueue, "transform"),
    });
    const outputs = [barsDaily.prefix, barsIntraday.prefix, quarantine.prefix];
    this.#storage.raw.allowReading(transform.executionRole, [rawBars.prefix]);
    this.#storage.curated.allowReading(transform.executionRole, outputs);
    this.#storage.curated.allowWriting(transform.executionRole, outputs);
    this.#allowStateAndJobLog(transform);
    this.#indicatorsQueue.queue.grantSendMessages(transform);
    this.#consume(transform, this.#transformQueue, this.#config.functions.transform);
  }

  #addIndicators(): void {
    const indicators = new PipelineFunction(this, "Indicators", {
      functionId: "indicators",
      description: "Computes technical indicators of changed bars, forward from their checkpoint.",
      config: this.#config,
      envSchema: indicatorsEnvSchema,
      environment: this.#consumerEnvironment(this.#indicatorsQueue, "indicators"),
    });
    const outputs = [indicatorsDaily.prefix, indicatorsIntraday.prefix];
    this.#storage.curated.allowReading(indicators.executionRole, [
      barsDaily.prefix,
      barsIntraday.prefix,
      ...outputs,
    ]);
    this.#storage.curated.allowWriting(indicators.executionRole, outputs);
    this.#allowStateAndJobLog(indicators);
    this.#indicatorsQueue.queue.grantSendMessages(indicators);
    this.#consume(indicators, this.#indicatorsQueue, this.#config.functions.indicators);
  }

  #queue(id: string, name: "transform" | "indicators"): WorkQueue {
    return new WorkQueue(this, id, { name, consumer: this.#config.functions[name] });
  }

  #environment() {
    return {
      STAGE: this.#config.stage,
      LOG_LEVEL: this.#config.logs.level,
      RAW_BUCKET: this.#storage.raw.bucketName,
      CURATED_BUCKET: this.#storage.curated.bucketName,
      TRANSFORM_QUEUE_URL: this.#transformQueue.queue.queueUrl,
      INDICATORS_QUEUE_URL: this.#indicatorsQueue.queue.queueUrl,
      LAKE_SETTINGS: JSON.stringify(this.#config.lake),
    };
  }

  #consumerEnvironment({ deadLetterQueue }: WorkQueue, name: "transform" | "indicators") {
    return {
      ...this.#environment(),
      DEAD_LETTER_QUEUE_URL: deadLetterQueue.queueUrl,
      MAX_RECEIVE_COUNT: String(this.#config.functions[name].maxReceiveCount),
    };
  }

  /** Every stage keeps state and writes its rows of the job log. */
  #allowStateAndJobLog({ executionRole }: Stage): void {
    this.#storage.curated.allowReading(executionRole, [statePrefix, eltJobLog.prefix]);
    this.#storage.curated.allowWriting(executionRole, [statePrefix, eltJobLog.prefix]);
  }

  /** The function itself sends what no retry can help to the dead-letter queue, with its cause. */
  #consume(consumer: IFunction, { queue, deadLetterQueue }: WorkQueue, config: ConsumerConfig): void {
    deadLetterQueue.grantSendMessages(consumer);
    consumer.addEventSource(
      new SqsEventSource(queue, {
        batchSize: config.batchSize,
        maxBatchingWindow: Duration.millis(config.batchWindowMs),
        maxConcurrency: config.maxConcurrency,
        reportBatchItemFailures: true,
      }),
    );
  }

  #addSchedules(extract: IFunction, deadLetters: Queue): void {
    const extractId = this.getLogicalId(extract.node.defaultChild as CfnElement);
    acknowledge(this, [
      {
        id: `AwsSolutions-IAM5[Resource::<${extractId}.Arn>:*]`,
        reason: "The scheduler's grant spans the versions of extract; it reaches no other function.",
      },
    ]);
    for (const schedule of this.#config.schedules) {
      new MarketSchedule(this, `Schedule-${schedule.name}`, schedule, {
        extract,
        deadLetterQueue: deadLetters,
      });
    }
  }
}
