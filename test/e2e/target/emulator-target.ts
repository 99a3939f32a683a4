import { AthenaClient } from "@aws-sdk/client-athena";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetScheduleCommand, SchedulerClient, UpdateScheduleCommand } from "@aws-sdk/client-scheduler";
import { SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { stageConfig } from "../../../core/config/index.ts";
import { AthenaQueryEngine } from "../../../lambdas/shared/aws/athena-query-engine.ts";
import { S3ObjectStore } from "../../../lambdas/shared/aws/s3-object-store.ts";
import { SqsWorkQueue } from "../../../lambdas/shared/aws/sqs-work-queue.ts";
import { systemClock } from "../../../lambdas/shared/system-clock.ts";
import { clientOptions, emulatorClients } from "../../../local/emulator/clients.ts";
import { deployedResources } from "../../../local/emulator/stacks.ts";
import { eventually, type Target } from "./target.ts";

const stage = "dev";
const stacks = ["storage", "catalog", "pipeline"].map((part) => `marketlake-${stage}-${part}`);
/** As deployed it is twelve minutes, which is what a test would wait for a second delivery. */
const visibilityTimeoutSeconds = 10;
/** SQS's default. */
const messageBytesMax = 1_048_576;
const settleTimeoutMs = 90_000;
/** Looks in a row that must find all queues empty: between two queues a message is in none for a moment. */
const calmLooks = 3;

/** The functions as deployed to an emulator, driven through the services' own protocols. */
export async function emulatorTarget(endpoint: string): Promise<Target> {
  const { cloudFormation, s3 } = emulatorClients(endpoint);
  const options = clientOptions(endpoint);
  const lambda = new LambdaClient(options);
  const scheduler = new SchedulerClient(options);
  const sqs = new SQSClient(options);
  const deployed = new Map<string, string>();
  for (const { identity, physicalId } of await deployedResources(cloudFormation, stacks)) {
    if (identity === null) continue;
    deployed.set(`${identity.kind} ${"name" in identity ? identity.name : identity.id}`, physicalId);
  }
  const physicalId = (identity: string) => {
    const id = deployed.get(identity);
    if (id === undefined) throw new Error(`${identity} is not deployed at ${endpoint}`);
    return id;
  };
  const queue = (name: string) => new SqsWorkQueue(sqs, physicalId(`queue ${name}`));
  const invoke = async <T>(name: string, event: unknown): Promise<T> => {
    const answer = await lambda.send(
      new InvokeCommand({ FunctionName: physicalId(`function ${name}`), Payload: JSON.stringify(event) }),
    );
    const text = Buffer.from(answer.Payload ?? []).toString();
    if (answer.FunctionError !== undefined) throw new Error(`${name} failed: ${text}`);
    return JSON.parse(text) as T;
  };
  const configure = (name: string, Attributes: Record<string, string>) =>
    sqs.send(new SetQueueAttributesCommand({ QueueUrl: physicalId(`queue ${name}`), Attributes }));
  for (const name of ["transform", "indicators"]) {
    await configure(name, { VisibilityTimeout: String(visibilityTimeoutSeconds) });
  }

  return {
    context: {
      stores: {
        raw: new S3ObjectStore(s3, physicalId("bucket raw")),
        curated: new S3ObjectStore(s3, physicalId("bucket curated")),
      },
      queues: { transform: queue("transform"), indicators: queue("indicators") },
      clock: systemClock,
      settings: stageConfig(stage).lake,
    },
    engine: new AthenaQueryEngine(new AthenaClient(options), s3, {
      workgroup: `marketlake-${stage}`,
      database: `marketlake_${stage}`,
    }),
    queue,
    extract: (request) => invoke("extract", request),
    health: (request) => invoke("health", request),
    transform: (event) => invoke("transform", event),
    refuseDeadLetters: async (bytes) => {
      await configure("transform-dlq", { MaximumMessageSize: String(bytes) });
      return async () => {
        await configure("transform-dlq", { MaximumMessageSize: String(messageBytesMax) });
      };
    },
    settle: async () => {
      let calm = 0;
      await eventually("the queues to be empty", settleTimeoutMs, async () => {
        const depths = await Promise.all(
          ["extract", "transform", "indicators"].map((name) => queue(name).depth()),
        );
        calm = depths.every(({ visible, inFlight }) => visible + inFlight === 0) ? calm + 1 : 0;
        return calm >= calmLooks;
      });
    },
    makeScheduleDue: async (name, scheduledTime) => {
      const Name = physicalId(`schedule ${name}`);
      const {
        Arn: _arn,
        $metadata: _metadata,
        ...schedule
      } = await scheduler.send(new GetScheduleCommand({ Name }));
      // MiniStack hands on the name of a context attribute instead of its value, so the value is put in here.
      const input = schedule.Target!.Input!.replace("<aws.scheduler.scheduled-time>", scheduledTime);
      await scheduler.send(
        new UpdateScheduleCommand({
          Name,
          FlexibleTimeWindow: schedule.FlexibleTimeWindow,
          Target: { ...schedule.Target!, Input: input },
          ScheduleExpression: "rate(1 minute)",
        }),
      );
    },
    close: async () => {
      for (const client of [lambda, scheduler, sqs, s3, cloudFormation]) client.destroy();
    },
  };
}
