/** The configuration of a stage: every number that differs between deployments, with its range. */
import { z } from "zod";
import { ConfigError } from "../core/errors.ts";
import { assetClasses, intervals } from "../core/market.ts";
import { lakeSettingsSchema } from "../core/settings.ts";

/** Retentions that CloudWatch Logs accepts: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentionDays = z.literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]);

const lambdaTimeoutMsMax = 900_000;
const gigabyte = 1_000_000_000;
/** Athena refuses smaller limits. */
const scanLimitBytesMin = 10_000_000;

const functionSchema = z.strictObject({
  memoryMb: z.int().min(128).max(10_240),
  timeoutMs: z.int().min(1_000).max(lambdaTimeoutMsMax).multipleOf(1_000),
});

/** A function that consumes a queue. */
const consumerSchema = functionSchema.extend({
  batchSize: z.int().min(1).max(1_000),
  /** How long messages of one output object are gathered, so that they cost one rewrite. */
  batchWindowMs: z.int().min(0).max(300_000).multipleOf(1_000),
  /** Instances of the function that read the queue at once. AWS allows no fewer than 2. */
  maxConcurrency: z.int().min(2).max(1_000),
  maxReceiveCount: z.int().min(1).max(100),
});

const scheduleSchema = z.strictObject({
  /** Unique; becomes part of the schedule's logical id. */
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  assetClass: z.enum(assetClasses),
  interval: z.enum(intervals),
  provider: z.string().min(1).max(64),
  /** Six fields as EventBridge Scheduler has them: minute hour day-of-month month day-of-week year. */
  cron: z.string().regex(/^\S+( \S+){5}$/),
  /** IANA name of the market's zone: the schedule follows its daylight saving time. */
  timeZone: z.string().refine(isTimeZone, { error: "expected an IANA time zone such as America/New_York" }),
  enabled: z.boolean(),
});
export type ScheduleConfig = z.infer<typeof scheduleSchema>;

export const stageConfigSchema = z
  .strictObject({
    /** Stands in stack names, in the Glue database and in the Athena workgroup. */
    stage: z.string().regex(/^[a-z][a-z0-9]{0,15}$/),
    lake: lakeSettingsSchema,
    storage: z.strictObject({
      /** `destroy` deletes data only if the app is also synthesized with the context `deleteData=true`. */
      removal: z.enum(["retain", "destroy"]),
      terminationProtection: z.boolean(),
      /** Age at which raw objects move to infrequent access. S3 moves none before 30 days. */
      rawColdAfterDays: z.int().min(30),
      queryResultDays: z.int().min(1),
      accessLogDays: z.int().min(1),
    }),
    logs: z.strictObject({
      retentionDays: logRetentionDays,
      level: z.enum(["DEBUG", "INFO", "WARN", "ERROR"]),
    }),
    functions: z.strictObject({
      extract: consumerSchema,
      transform: consumerSchema,
      indicators: consumerSchema,
    }),
    athena: z.strictObject({
      /** A query that would read more is cancelled. */
      scanLimitBytes: z
        .int()
        .min(scanLimitBytesMin)
        .max(10_000 * gigabyte),
    }),
    schedules: z.array(scheduleSchema).refine(hasUniqueNames, { error: "schedule names must be unique" }),
  })
  .readonly();
export type StageConfig = z.infer<typeof stageConfigSchema>;
export type ConsumerConfig = z.infer<typeof consumerSchema>;

/** @throws ConfigError that lists every problem. */
export function parseStageConfig(value: unknown): StageConfig {
  const result = stageConfigSchema.safeParse(value);
  if (result.success) return result.data;
  throw new ConfigError(
    `stage configuration does not fit its schema; correct lib/stages.ts:\n${z.prettifyError(result.error)}`,
  );
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

function hasUniqueNames(schedules: readonly { readonly name: string }[]): boolean {
  return new Set(schedules.map(({ name }) => name)).size === schedules.length;
}
