/** What a deployment on AWS may differ in: retentions, limits of functions, protection of data. */
import * as z from "zod";

/** Retentions that CloudWatch Logs accepts: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentionDays = z.literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]);

const lambdaTimeoutMsMax = 900_000;
const gigabyte = 1_000_000_000;
/** Athena refuses smaller limits. */
const scanLimitBytesMin = 10_000_000;

/** Checks closer to each other would overlap, rarer ones than once a day would not be missed. */
const healthCheckMinutesMin = 5;
const healthCheckMinutesMax = 1_440;

const functionShape = {
  memoryMb: z.int().min(128).max(10_240),
  timeoutMs: z.int().min(1_000).max(lambdaTimeoutMsMax).multipleOf(1_000),
};

/** A function that consumes a queue. */
const consumerShape = {
  ...functionShape,
  batchSize: z.int().min(1).max(1_000),
  /** How long messages of one output object are gathered, so that they cost one rewrite. */
  batchWindowMs: z.int().min(0).max(300_000).multipleOf(1_000),
  /** Instances of the function that read the queue at once. AWS allows no fewer than 2. */
  maxConcurrency: z.int().min(2).max(1_000),
  maxReceiveCount: z.int().min(1).max(100),
};
export type ConsumerConfig = z.infer<z.ZodObject<typeof consumerShape>>;

function consumerSchema(usual: ConsumerConfig) {
  return z
    .strictObject({
      memoryMb: consumerShape.memoryMb.default(usual.memoryMb),
      timeoutMs: consumerShape.timeoutMs.default(usual.timeoutMs),
      batchSize: consumerShape.batchSize.default(usual.batchSize),
      batchWindowMs: consumerShape.batchWindowMs.default(usual.batchWindowMs),
      maxConcurrency: consumerShape.maxConcurrency.default(usual.maxConcurrency),
      maxReceiveCount: consumerShape.maxReceiveCount.default(usual.maxReceiveCount),
    })
    .prefault({});
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-eventsource */
const fifoBatchMax = 10;
const isFifoConsumer = ({ batchSize, batchWindowMs }: ConsumerConfig) =>
  batchSize <= fifoBatchMax && batchWindowMs === 0;

const askingConsumer: ConsumerConfig = {
  memoryMb: 1_024,
  timeoutMs: 300_000,
  batchSize: 1, // A request is a run of its own.
  batchWindowMs: 0,
  maxConcurrency: 8, // As many lanes as there are providers; in each of them there is one at a time anyway.
  maxReceiveCount: 3, // A message that fails holds its lane each time.
};

const computingConsumer: ConsumerConfig = {
  memoryMb: 1_769, // The least that buys a whole vCPU: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
  timeoutMs: 120_000,
  batchSize: 100,
  batchWindowMs: 5_000,
  maxConcurrency: 8,
  maxReceiveCount: 5,
};

const storageSchema = z.strictObject({
  /** `destroy` deletes data only if the app is also synthesized with the context `deleteData=true`. */
  removal: z.enum(["retain", "destroy"]).default("retain"),
  terminationProtection: z.boolean().default(false),
  /** Age at which raw objects move to infrequent access. S3 moves none before 30 days. */
  rawColdAfterDays: z.int().min(30).default(30),
  queryResultDays: z.int().min(1).default(7),
  accessLogDays: z.int().min(1).default(30),
});

export const deploymentSchema = z.strictObject({
  /** False deploys all schedules switched off: for a first run by hand. */
  schedulesEnabled: z.boolean().default(true),
  /** How often providers and series are looked at; null for never. */
  healthCheckMinutes: z.int().min(healthCheckMinutesMin).max(healthCheckMinutesMax).nullable().default(30),
  storage: storageSchema.prefault({}),
  logs: z
    .strictObject({
      retentionDays: logRetentionDays.default(14),
      level: z.enum(["DEBUG", "INFO", "WARN", "ERROR"]).default("INFO"),
    })
    .prefault({}),
  functions: z
    .strictObject({
      extract: consumerSchema(askingConsumer).refine(isFifoConsumer, {
        error: `a FIFO queue hands out at most ${fifoBatchMax} messages at a time and gathers none: expected batchSize up to ${fifoBatchMax}, batchWindowMs 0`,
      }),
      transform: consumerSchema(computingConsumer),
      indicators: consumerSchema(computingConsumer),
      health: z
        .strictObject({
          memoryMb: functionShape.memoryMb.default(512),
          timeoutMs: functionShape.timeoutMs.default(60_000),
        })
        .prefault({}),
    })
    .prefault({}),
  athena: z
    .strictObject({
      /** A query that would read more is cancelled. */
      scanLimitBytes: z
        .int()
        .min(scanLimitBytesMin)
        .max(10_000 * gigabyte)
        .default(10 * gigabyte),
    })
    .prefault({}),
});
export type DeploymentConfig = z.infer<typeof deploymentSchema>;
