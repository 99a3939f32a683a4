import { describe, expect, it } from "vitest";
import { functionIds } from "../../lib/identity.ts";
import { stageConfig } from "../../core/config/index.ts";
import { type NamedResource, resourcesOf, synthesize } from "../helpers/templates.ts";

const stages = ["dev", "prod"].map((stage) => ({ stage, templates: synthesize(stageConfig(stage)) }));
const lambdaTimeoutSecondsMax = 900;

const getAtt = (value: unknown) => (value as { "Fn::GetAtt": [string, string] })["Fn::GetAtt"][0];
const numberOf = ({ properties }: NamedResource, name: string) => properties[name] as number;

const find = (resources: readonly NamedResource[], logicalId: string) =>
  resources.find((resource) => resource.logicalId === logicalId)!;
const isFifo = ({ properties }: NamedResource) => properties["FifoQueue"] === true;
const redrive = ({ properties }: NamedResource) =>
  (properties as { RedrivePolicy?: { deadLetterTargetArn: unknown } }).RedrivePolicy;

describe.each(stages)("pipeline of stage $stage", ({ stage, templates }) => {
  const functions = resourcesOf(templates, "AWS::Lambda::Function");
  const queues = resourcesOf(templates, "AWS::SQS::Queue");
  const eventSources = resourcesOf(templates, "AWS::Lambda::EventSourceMapping");

  it("has the three stages and the health check, as functions of Node 24 on ARM with tracing and JSON logs", () => {
    expect(functions.map(({ name }) => name)).toEqual([...functionIds]);
    for (const { properties } of functions) {
      expect(properties).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        TracingConfig: { Mode: "Active" },
        LoggingConfig: { LogFormat: "JSON" },
        MemorySize: expect.any(Number),
      });
    }
  });

  it("logs every function to a group of its own that expires", () => {
    const groups = resourcesOf(templates, "AWS::Logs::LogGroup");
    const used = functions.map(
      ({ properties }) =>
        (properties as { LoggingConfig?: { LogGroup: { Ref: string } } }).LoggingConfig!.LogGroup.Ref,
    );
    expect(new Set(used)).toEqual(new Set(groups.map(({ logicalId }) => logicalId)));
    expect(used).toHaveLength(new Set(used).size);
    for (const group of groups) {
      expect(numberOf(group, "RetentionInDays")).toBe(stageConfig(stage).logs.retentionDays);
    }
  });

  it("hides a message six times as long as its function may run plus the batching window, in lanes once and a little", () => {
    expect(eventSources).toHaveLength(3);
    const lanesMarginSeconds = 30;
    for (const { properties } of eventSources) {
      const source = properties as {
        EventSourceArn: unknown;
        FunctionName: { Ref: string };
        MaximumBatchingWindowInSeconds?: number;
      };
      const queue = find(queues, getAtt(source.EventSourceArn));
      const timeoutSeconds = numberOf(find(functions, source.FunctionName.Ref), "Timeout");
      expect(timeoutSeconds).toBeLessThanOrEqual(lambdaTimeoutSecondsMax);
      expect(numberOf(queue, "VisibilityTimeout")).toBe(
        isFifo(queue)
          ? timeoutSeconds + lanesMarginSeconds
          : 6 * timeoutSeconds + (source.MaximumBatchingWindowInSeconds ?? 0),
      );
    }
  });

  it("reports failed messages one by one and bounds the instances that read a queue", () => {
    for (const { properties } of eventSources) {
      expect(properties).toMatchObject({
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        ScalingConfig: { MaximumConcurrency: expect.any(Number) },
      });
    }
  });

  it("has a dead-letter queue for every queue, kept for two weeks", () => {
    const deadLetters = queues.filter((queue) => redrive(queue) === undefined);
    const sources = queues.filter((queue) => redrive(queue) !== undefined);
    expect(sources).toHaveLength(3);
    for (const source of sources) {
      const target = find(deadLetters, getAtt(redrive(source)!.deadLetterTargetArn));
      expect(numberOf(target, "MessageRetentionPeriod")).toBe(14 * 86_400);
    }
    expect(new Set(deadLetters.map(({ name }) => name))).toEqual(
      new Set(["extract-dlq", "indicators-dlq", "ticks-dlq", "transform-dlq"]),
    );
  });

  it("encrypts every queue and denies it to connections without TLS", () => {
    const policies = JSON.stringify(resourcesOf(templates, "AWS::SQS::QueuePolicy").map((p) => p.properties));
    for (const { logicalId, properties } of queues) {
      expect(properties).toMatchObject({ SqsManagedSseEnabled: true });
      expect(policies).toContain(
        `"Action":"sqs:*","Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny","Principal":{"AWS":"*"},"Resource":{"Fn::GetAtt":["${logicalId}","Arn"]}`,
      );
    }
  });

  it("has lanes before extract and nowhere else, each with limits and deduplication of its own", () => {
    expect(queues.filter(isFifo).map(({ name }) => name)).toEqual(["extract-dlq", "extract"]);
    for (const { properties } of queues.filter(isFifo)) {
      expect(properties).toMatchObject({
        QueueName: expect.stringMatching(new RegExp(`^marketlake-${stage}-extract(-dlq)?\\.fifo$`)),
        ContentBasedDeduplication: true,
        DeduplicationScope: "messageGroup",
        FifoThroughputLimit: "perMessageGroupId",
      });
    }
  });

  it("gathers no messages of lanes, which SQS does not do", () => {
    const ofLanes = eventSources.filter(({ properties }) =>
      isFifo(find(queues, getAtt(properties["EventSourceArn"]))),
    );
    expect(ofLanes).toHaveLength(1);
    expect(ofLanes[0]!.properties).not.toHaveProperty("MaximumBatchingWindowInSeconds");
    expect(ofLanes[0]!.properties).toMatchObject({ BatchSize: 1 });
  });

  it("sends ticks to the lane of their provider, and those that cannot be sent to a queue that the scheduler knows", () => {
    const schedules = resourcesOf(templates, "AWS::Scheduler::Schedule").filter(
      ({ name }) => name !== "health",
    );
    // Without symbols prod asks for nothing, and dev for generated bars.
    expect(schedules.length > 0).toBe(stage === "dev");
    for (const { properties } of schedules) {
      const { Target } = properties as {
        Target: {
          Arn: unknown;
          SqsParameters: { MessageGroupId: string };
          DeadLetterConfig: { Arn: unknown };
        };
      };
      expect(find(queues, getAtt(Target.Arn)).name).toBe("extract");
      expect(Target.SqsParameters.MessageGroupId).toBe("synthetic");
      // https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
      const undelivered = find(queues, getAtt(Target.DeadLetterConfig.Arn));
      expect([undelivered.name, isFifo(undelivered)]).toEqual(["ticks-dlq", false]);
    }
  });

  it("invokes asynchronously nothing but the health check, for which the next one makes up", () => {
    const invoked = resourcesOf(templates, "AWS::Lambda::EventInvokeConfig");
    expect(invoked.map(({ properties }) => properties)).toMatchObject([
      {
        FunctionName: { Ref: functions.find(({ name }) => name === "health")!.logicalId },
        MaximumRetryAttempts: 1,
        MaximumEventAgeInSeconds: 300,
      },
    ]);
  });
});
