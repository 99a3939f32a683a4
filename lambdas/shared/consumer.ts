import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { InvalidMessageError } from "../../core/errors.ts";
import { parseMessage } from "../../core/messages/index.ts";
import type { PipelineContext, StageResult } from "../../core/pipeline/context.ts";
import type { LakeSettings } from "../../core/settings.ts";
import type * as z from "../../core/zod.ts";
import { type FailureReport, type Item, processBatch, type ShardMessage } from "./batch.ts";
import type { Delivery } from "./deliveries.ts";
import type { ConsumerEnv } from "./env.ts";
import { deadlineReserveMs } from "./invocation.ts";
import { type Handler, observed } from "./middleware.ts";
import { Observability } from "./observability.ts";
import type { ConsumerPorts } from "./ports.ts";

export interface Consumer<M extends ShardMessage> {
  readonly stage: string;
  readonly env: ConsumerEnv;
  readonly settings: LakeSettings;
  readonly ports: ConsumerPorts;
  readonly schema: z.ZodMiniType<M>;
  /** Runs the stage over messages of one series and shard. `deadlineMs`: when it should hand on what is left. */
  readonly run: (
    context: PipelineContext,
    messages: readonly M[],
    deadlineMs: number,
  ) => Promise<StageResult>;
  /** Whether the message names that object as its input. */
  readonly names: (message: M, key: string) => boolean;
}

/** The handler of a function that consumes a queue. */
export function createConsumer<M extends ShardMessage>(
  consumer: Consumer<M>,
): Handler<SQSEvent, SQSBatchResponse> {
  const { env, ports } = consumer;
  const observability = new Observability(consumer.stage, env);
  return observed(observability.logger, (event, invocation) => {
    const deadlineMs = ports.clock.nowMs() + invocation.getRemainingTimeInMillis() - deadlineReserveMs;
    return processBatch(event, {
      parse: (body) => parseShardMessage(consumer, body),
      run: (group) => runStage(consumer, observability, group, deadlineMs),
      names: consumer.names,
      deadLetters: ports.deadLetters,
      maxReceiveCount: env.MAX_RECEIVE_COUNT,
      report: failureReport(observability),
    });
  });
}

async function runStage<M extends ShardMessage>(
  { settings, ports, run }: Consumer<M>,
  observability: Observability,
  group: readonly Item<M>[],
  deadlineMs: number,
): Promise<void> {
  // A group of several runs is one rewrite; what it sends on follows the first of them.
  const { message: series, delivery } = group[0]!;
  const startedMs = ports.clock.nowMs();
  const result = await run(
    { ...ports, settings },
    group.map(({ message }) => message),
    deadlineMs,
  );
  observability.stageRun({
    series: { assetClass: series.assetClass, interval: series.interval },
    correlationId: delivery.correlationId,
    startedMs,
    endedMs: ports.clock.nowMs(),
    result,
  });
}

function parseShardMessage<M extends ShardMessage>({ settings, schema }: Consumer<M>, body: string): M {
  const message = parseMessage(schema, body);
  const shardCount = settings.shardCounts[message.assetClass];
  if (message.shard < shardCount) return message;
  throw new InvalidMessageError(
    `message names shard ${message.shard} of ${message.assetClass}, this lake has shards 0 to ${shardCount - 1}; it was made for other settings`,
  );
}

/** Logs what processing a batch could not do. */
export function failureReport({ logger }: Observability): FailureReport {
  return {
    retried: (deliveries, error) => {
      logger.warn("retried", { deliveries: deliveries.map(logKeys), error: asError(error) });
    },
    deadLettered: (deliveries, error) => {
      logger.error("dead-lettered", { deliveries: deliveries.map(logKeys), error: asError(error) });
    },
  };
}

function logKeys({ messageId, correlationId, receiveCount }: Delivery) {
  return { messageId, receiveCount, correlation_id: correlationId };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
