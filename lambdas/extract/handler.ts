import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import {
  extractRequestSchema,
  parseMessage,
  parseRequest,
  type ExtractRequest,
} from "../../core/messages/index.ts";
import {
  extract,
  extractRunId,
  type ExtractContext,
  type ExtractResult,
} from "../../core/pipeline/extract.ts";
import { AnswerMemory } from "../../core/pipeline/answer-memory.ts";
import { extractInPolls } from "../../core/pipeline/polls.ts";
import type { LakeSettings } from "../../core/settings.ts";
import { failureReport } from "../shared/consumer.ts";
import { type Environment, parseEnvironment } from "../shared/env.ts";
import type { Invocation } from "../shared/invocation.ts";
import { observed } from "../shared/middleware.ts";
import { Observability } from "../shared/observability.ts";
import { processInOrder } from "../shared/ordered-batch.ts";
import type { ConsumerPorts } from "../shared/ports.ts";
import { type ExtractEnv, extractEnvSchema } from "./env.ts";

/**
 * Time kept for what was begun before a run stops: a call with its wait and retries, and writing what was received. Of a
 * shorter invocation it is half the time.
 */
const deadlineReserveMs = 90_000;

export type ExtractPorts = ConsumerPorts & Omit<ExtractContext, "settings">;

export interface ExtractHandler {
  /** Requests of schedules, and those that runs have handed on. */
  (event: SQSEvent, invocation: Invocation): Promise<SQSBatchResponse>;
  (event: unknown, invocation: Invocation): Promise<ExtractResult>;
}

/**
 * The event is a batch of `ExtractRequest`s from the function's queue, or one of them from somebody who waits for the answer and
 * sees its errors.
 * @throws ConfigError for an environment that does not fit `extractEnvSchema`.
 */
export function createHandler(dependencies: {
  readonly environment: Environment;
  readonly settings: LakeSettings;
  readonly ports: (env: ExtractEnv) => ExtractPorts;
}): ExtractHandler {
  const env = parseEnvironment(extractEnvSchema, dependencies.environment);
  const { settings } = dependencies;
  const ports = dependencies.ports(env);
  const observability = new Observability("extract", env);

  const run = (request: ExtractRequest, deadlineMs: number): Promise<ExtractResult> => {
    const answers = request.polls === undefined ? ports.answers : new AnswerMemory();
    const context = { ...ports, settings, ...(answers === undefined ? {} : { answers }) };
    return extractInPolls(request, {
      clock: ports.clock,
      deadlineMs,
      run: (poll) => runOnce(context, poll, deadlineMs),
    });
  };

  const runOnce = async (context: ExtractContext, request: ExtractRequest, deadlineMs: number) => {
    const startedMs = ports.clock.nowMs();
    const result = await extract(context, request, { deadlineMs });
    observability.stageRun({
      series: { assetClass: request.assetClass, interval: request.interval },
      correlationId: extractRunId(request),
      startedMs,
      endedMs: ports.clock.nowMs(),
      result,
    });
    return result;
  };

  const runBatch = (event: SQSEvent, deadlineMs: number) =>
    processInOrder(event, {
      // A request is of all shards.
      parse: (body) => ({ ...parseMessage(extractRequestSchema, body), shard: 0 }),
      run: async (group) => {
        for (const { message } of group) {
          const { shard: _shard, ...request } = message;
          await run(request, deadlineMs);
        }
      },
      names: () => false,
      deadLetters: ports.deadLetters,
      maxReceiveCount: env.MAX_RECEIVE_COUNT,
      report: failureReport(observability),
    });

  const handle = observed<unknown, unknown>(observability.logger, (event, invocation) => {
    const remainingMs = invocation.getRemainingTimeInMillis();
    const deadlineMs = ports.clock.nowMs() + Math.max(remainingMs / 2, remainingMs - deadlineReserveMs);
    return isBatch(event)
      ? runBatch(event, deadlineMs)
      : run(parseRequest(extractRequestSchema, event), deadlineMs);
  });
  return handle as ExtractHandler;
}

const isBatch = (event: unknown): event is SQSEvent =>
  typeof event === "object" && event !== null && "Records" in event;
