/** The stateless stack: the three stages, the queues between them, the schedules that start them, and what looks after them. */
import { ArnFormat, Stack, type StackProps } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import {
  checkpointsPrefix,
  providerLanesPrefix,
  receivedPrefix,
  watermarksPrefix,
} from "../../core/lake/keys.ts";
import {
  barsDaily,
  barsIntraday,
  corporateActions,
  eltJobLog,
  indicatorsDaily,
  indicatorsIntraday,
  quarantine,
  rawActions,
  rawBars,
} from "../../core/tables/index.ts";
import { extractEnvSchema } from "../../lambdas/extract/env.ts";
import { indicatorsEnvSchema } from "../../lambdas/indicators/env.ts";
import { secretPrefix } from "../../lambdas/shared/env.ts";
import { transformEnvSchema } from "../../lambdas/transform/env.ts";
import type { ConsumerConfig, StageConfig } from "../../core/config/index.ts";
import { acknowledge } from "../constructs/acknowledge.ts";
import { HealthCheck } from "../constructs/health-check.ts";
import { MarketSchedule } from "../constructs/market-schedule.ts";
import { PipelineFunction } from "../constructs/pipeline-function.ts";
import { allowSending, deadLetterQueue, WorkQueue } from "../constructs/work-queue.ts";
import type { StorageStack } from "./storage.ts";

type Stage = Pick<PipelineFunction<never>, "executionRole">;

export interface PipelineStackProps extends StackProps {
  readonly storage: StorageStack;
}

export class PipelineStack extends Stack {
  readonly #config: StageConfig;
  readonly #storage: StorageStack;
  readonly #extractQueue: WorkQueue;
  readonly #transformQueue: WorkQueue;
  readonly #indicatorsQueue: WorkQueue;

  constructor(scope: Construct, id: string, config: StageConfig, props: PipelineStackProps) {
    super(scope, id, props);
    this.#config = config;
    this.#storage = props.storage;
    this.#extractQueue = this.#queue("ExtractQueue", "extract", `marketlake-${config.stage}-extract`);
    this.#transformQueue = this.#queue("TransformQueue", "transform");
    this.#indicatorsQueue = this.#queue("IndicatorsQueue", "indicators");
    this.#addExtract();
    this.#addTransform();
    this.#addIndicators();
    this.#addSchedules();
    new HealthCheck(this, "Health", config, this.#storage.curated);
  }

  #addExtract(): void {
    const extract = new PipelineFunction(this, "Extract", {
      functionId: "extract",
      description: "Asks providers for bars and keeps what they sent in the raw zone.",
      config: this.#config,
      settings: { lake: this.#config.lake, providers: this.#config.providers },
      envSchema: extractEnvSchema,
      environment: {
        ...this.#consumerEnvironment(this.#extractQueue, "extract"),
        EXTRACT_QUEUE_URL: this.#extractQueue.queue.queueUrl,
      },
    });
    const received = [receivedPrefix, rawBars.prefix, rawActions.prefix];
    // A run looks for what earlier attempts of it wrote.
    this.#storage.raw.allowReading(extract.executionRole, received);
    this.#storage.raw.allowWriting(extract.executionRole, received);
    this.#allowKeeping(extract, [watermarksPrefix, providerLanesPrefix, eltJobLog.prefix]);
    // A run for gaps looks what the lake has.
    this.#storage.curated.allowReading(extract.executionRole, [barsDaily.prefix, barsIntraday.prefix]);
    allowSending(extract, this.#extractQueue.queue);
    allowSending(extract, this.#transformQueue.queue);
    this.#consume(extract, this.#extractQueue, this.#config.functions.extract);
    this.#allowSecrets(extract);
  }

  #addTransform(): void {
    const transform = new PipelineFunction(this, "Transform", {
      functionId: "transform",
      description: "Validates received bars and merges them into the curated tables.",
      config: this.#config,
      settings: this.#config.lake,
      envSchema: transformEnvSchema,
      environment: this.#consumerEnvironment(this.#transformQueue, "transform"),
    });
    this.#storage.raw.allowReading(transform.executionRole, [rawBars.prefix, rawActions.prefix]);
    this.#allowKeeping(transform, [
      barsDaily.prefix,
      barsIntraday.prefix,
      corporateActions.prefix,
      quarantine.prefix,
      eltJobLog.prefix,
    ]);
    allowSending(transform, this.#indicatorsQueue.queue);
    // Changed exchange rates call for other bars to be rewritten.
    if (this.#config.lake.baseCurrency !== undefined) allowSending(transform, this.#transformQueue.queue);
    this.#consume(transform, this.#transformQueue, this.#config.functions.transform);
  }

  #addIndicators(): void {
    const indicators = new PipelineFunction(this, "Indicators", {
      functionId: "indicators",
      description: "Computes technical indicators of changed bars, forward from their checkpoint.",
      config: this.#config,
      settings: this.#config.lake,
      envSchema: indicatorsEnvSchema,
      environment: this.#consumerEnvironment(this.#indicatorsQueue, "indicators"),
    });
    const inputs = [barsDaily.prefix, barsIntraday.prefix, corporateActions.prefix];
    this.#storage.curated.allowReading(indicators.executionRole, inputs);
    this.#allowKeeping(indicators, [
      indicatorsDaily.prefix,
      indicatorsIntraday.prefix,
      checkpointsPrefix,
      eltJobLog.prefix,
    ]);
    allowSending(indicators, this.#indicatorsQueue.queue);
    this.#consume(indicators, this.#indicatorsQueue, this.#config.functions.indicators);
  }

  #queue(id: string, name: "extract" | "transform" | "indicators", fifoName?: string): WorkQueue {
    return new WorkQueue(this, id, { name, consumer: this.#config.functions[name], fifoName });
  }

  #environment() {
    return {
      STAGE: this.#config.stage,
      LOG_LEVEL: this.#config.logs.level,
      RAW_BUCKET: this.#storage.raw.bucketName,
      CURATED_BUCKET: this.#storage.curated.bucketName,
      TRANSFORM_QUEUE_URL: this.#transformQueue.queue.queueUrl,
      INDICATORS_QUEUE_URL: this.#indicatorsQueue.queue.queueUrl,
    };
  }

  #consumerEnvironment({ deadLetterQueue }: WorkQueue, name: "extract" | "transform" | "indicators") {
    return {
      ...this.#environment(),
      DEAD_LETTER_QUEUE_URL: deadLetterQueue.queueUrl,
      MAX_RECEIVE_COUNT: String(this.#config.functions[name].maxReceiveCount),
    };
  }

  /** A stage reads what it rewrites: every write is guarded by the version that it replaces. */
  #allowKeeping({ executionRole }: Stage, prefixes: readonly string[]): void {
    this.#storage.curated.allowReading(executionRole, prefixes);
    this.#storage.curated.allowWriting(executionRole, prefixes);
  }

  /** The keys of providers. Whoever deploys makes those that the stage uses, so the stack does not know their names. */
  #allowSecrets({ executionRole }: Stage): void {
    const arn = this.formatArn({
      service: "secretsmanager",
      resource: "secret",
      resourceName: `${secretPrefix(this.#config.stage)}*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    executionRole.addToPolicy(
      new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [arn] }),
    );
    acknowledge(executionRole, [
      {
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${secretPrefix(this.#config.stage)}*]`,
        reason: "The keys of providers are made by hand, below the name of the stage and nowhere else.",
      },
    ]);
  }

  /** The function itself sends what no retry can help to the dead-letter queue, with its cause. */
  #consume(consumer: IFunction, queue: WorkQueue, config: ConsumerConfig): void {
    allowSending(consumer, queue.deadLetterQueue);
    queue.invoke(consumer, config);
  }

  #addSchedules(): void {
    const undelivered = deadLetterQueue(this, "UndeliveredTicks", "ticks");
    for (const schedule of this.#config.schedules) {
      new MarketSchedule(this, `Schedule-${schedule.name}`, {
        schedule,
        settings: this.#config.lake,
        requests: this.#extractQueue.queue,
        deadLetterQueue: undelivered,
      });
    }
  }
}
