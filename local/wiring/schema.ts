/** What the embedded runtime needs to know of the deployment: who reads which queue, with which limits, and when. */
import { z } from "zod";
import { consumerIds, functionIds } from "../../lib/identity.ts";
import { statementSchema } from "../policy/statement.ts";

const functionId = z.enum(functionIds);
const milliseconds = z.int().min(0);

/** What a schedule does with its input: sends it to a queue, into a group of messages, or invokes a function with it. */
const scheduleTarget = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("queue"), queue: z.string(), group: z.string() }),
  z.strictObject({ kind: z.literal("function"), functionId }),
]);

export const wiringSchema = z.strictObject({
  functions: z.array(
    z.strictObject({
      id: functionId,
      /** Source file of the handler, relative to the repository. */
      entry: z.string(),
      /** Buckets and queues stand in it under their embedded names: `raw`, `transform`, `transform-dlq`, … */
      environment: z.record(z.string(), z.string()),
      timeoutMs: milliseconds,
      memoryMb: z.int(),
      /** Of the function's role. Resources stand in it under their embedded names too: `raw/raw/csv/*`, `transform`. */
      policy: z.array(statementSchema),
    }),
  ),
  queues: z.array(
    z.strictObject({
      name: z.string(),
      /** Keeps the order within message groups; every message needs one. */
      fifo: z.boolean(),
      visibilityTimeoutMs: milliseconds,
      maxReceiveCount: z.int().exactOptional(),
      deadLetterQueue: z.string().exactOptional(),
    }),
  ),
  eventSources: z.array(
    z.strictObject({
      functionId: z.enum(consumerIds),
      queue: z.string(),
      batchSize: z.int(),
      batchWindowMs: milliseconds,
      maxConcurrency: z.int().exactOptional(),
    }),
  ),
  /** Enabled schedules only. */
  schedules: z.array(
    z.strictObject({
      name: z.string(),
      /** As EventBridge Scheduler has it: `cron(…)`, `rate(…)` or `at(…)`. */
      expression: z.string(),
      timeZone: z.string(),
      target: scheduleTarget,
      /** Body of the message or event of the function; `<aws.scheduler.scheduled-time>` stands for the scheduled time. */
      input: z.unknown(),
    }),
  ),
  /** What the policies of buckets and queues say to every function. */
  resourcePolicy: z.array(statementSchema),
});

type DeepReadonly<T> = T extends readonly (infer E)[]
  ? readonly DeepReadonly<E>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

export type Wiring = DeepReadonly<z.infer<typeof wiringSchema>>;

type Schedule = Wiring["schedules"][number];
/** A schedule that sends requests: one of a market. */
export type QueueSchedule = Schedule & {
  readonly target: Extract<Schedule["target"], { readonly kind: "queue" }>;
};

export const feedsQueue = (schedule: Schedule): schedule is QueueSchedule => schedule.target.kind === "queue";
