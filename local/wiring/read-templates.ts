/** From templates to wiring. Every property read here is one that lib/ writes. */
import { z } from "zod";
import { TerminalError } from "../../core/errors.ts";
import { resourceStatements, roleStatements } from "./read-policies.ts";
import { readResources, type Resource, type Template } from "./templates.ts";
import { type Wiring, wiringSchema } from "./schema.ts";

const secondsToMs = z.number().transform((seconds) => seconds * 1_000);
/** SQS's own default. */
const visibilityTimeoutDefaultSeconds = 30;

const functionProperties = z.object({
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
  Timeout: secondsToMs,
  MemorySize: z.number(),
  Role: z.string(),
});

const queueProperties = z.object({
  FifoQueue: z.boolean().default(false),
  VisibilityTimeout: secondsToMs.prefault(visibilityTimeoutDefaultSeconds),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }).optional(),
});

const eventSourceProperties = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  BatchSize: z.number(),
  MaximumBatchingWindowInSeconds: secondsToMs.prefault(0),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
});

const scheduleProperties = z.object({
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string(),
  State: z.enum(["ENABLED", "DISABLED"]),
  Target: z.object({
    Arn: z.string(),
    Input: z.string(),
    SqsParameters: z.object({ MessageGroupId: z.string() }).optional(),
  }),
});

/** @throws TerminalError where the templates hold something that cannot run embedded. */
export function wiringOf(templates: readonly Template[]): Wiring {
  const of = (type: string) => readResources(templates, [type]);
  return wiringSchema.parse({
    functions: of("AWS::Lambda::Function").map((resource) => readFunction(resource, templates)),
    queues: of("AWS::SQS::Queue").map(readQueue),
    eventSources: of("AWS::Lambda::EventSourceMapping").map(readEventSource),
    schedules: of("AWS::Scheduler::Schedule").flatMap(readSchedule),
    resourcePolicy: resourceStatements(templates),
  });
}

function readFunction(resource: Resource, templates: readonly Template[]) {
  const { id, entry } = identified(resource, "function");
  const properties = functionProperties.parse(resource.properties);
  return {
    id,
    entry,
    environment: properties.Environment.Variables,
    timeoutMs: properties.Timeout,
    memoryMb: properties.MemorySize,
    policy: roleStatements(templates, properties.Role),
  };
}

function readQueue(resource: Resource) {
  const { name } = identified(resource, "queue");
  const { FifoQueue, VisibilityTimeout, RedrivePolicy } = queueProperties.parse(resource.properties);
  return {
    name,
    fifo: FifoQueue,
    visibilityTimeoutMs: VisibilityTimeout,
    ...(RedrivePolicy === undefined
      ? {}
      : {
          maxReceiveCount: RedrivePolicy.maxReceiveCount,
          deadLetterQueue: RedrivePolicy.deadLetterTargetArn,
        }),
  };
}

function readEventSource(resource: Resource) {
  const properties = eventSourceProperties.parse(resource.properties);
  const { ScalingConfig } = properties;
  return {
    functionId: properties.FunctionName,
    queue: properties.EventSourceArn,
    batchSize: properties.BatchSize,
    batchWindowMs: properties.MaximumBatchingWindowInSeconds,
    ...(ScalingConfig === undefined ? {} : { maxConcurrency: ScalingConfig.MaximumConcurrency }),
  };
}

function readSchedule(resource: Resource) {
  const { name } = identified(resource, "schedule");
  const properties = scheduleProperties.parse(resource.properties);
  if (properties.State === "DISABLED") return [];
  return [
    {
      name,
      expression: properties.ScheduleExpression,
      timeZone: properties.ScheduleExpressionTimezone,
      target: targetOf(properties.Target),
      input: JSON.parse(properties.Target.Input) as unknown,
    },
  ];
}

/** A queue may bear the name of its function; the parameters tell which of them is meant. */
function targetOf({ Arn, SqsParameters }: z.infer<typeof scheduleProperties>["Target"]) {
  return SqsParameters === undefined
    ? { kind: "function", functionId: Arn }
    : { kind: "queue", queue: Arn, group: SqsParameters.MessageGroupId };
}

type Kind = NonNullable<Resource["identity"]>["kind"];

function identified<K extends Kind>({ type, identity }: Resource, kind: K) {
  if (identity?.kind === kind) return identity as Extract<NonNullable<Resource["identity"]>, { kind: K }>;
  throw new TerminalError(
    `a resource of type ${type} is not identified as ${kind}; make it with the construct of lib/constructs`,
  );
}
