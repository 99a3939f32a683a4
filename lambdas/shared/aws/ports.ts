import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SecretStore } from "../../../core/ports.ts";
import type { ExtractEnv } from "../../extract/env.ts";
import { type ConsumerEnv, type FunctionEnv, secretPrefix } from "../env.ts";
import type { ConsumerPorts, FunctionPorts } from "../ports.ts";
import { systemClock } from "../system-clock.ts";
import { clientLimits } from "./clients.ts";
import { awsStores } from "./stores.ts";
import { SecretsManagerSecretStore } from "./secrets-manager-secret-store.ts";
import { SqsWorkQueue } from "./sqs-work-queue.ts";

/** The ports of a function on AWS. Region, credentials and an emulator's endpoint come from the SDK's environment. */
export function awsPorts(env: FunctionEnv, sqs = new SQSClient(clientLimits)): FunctionPorts {
  const storeOf = awsStores();
  return {
    stores: { raw: storeOf(env.RAW_BUCKET), curated: storeOf(env.CURATED_BUCKET) },
    queues: {
      transform: new SqsWorkQueue(sqs, env.TRANSFORM_QUEUE_URL),
      indicators: new SqsWorkQueue(sqs, env.INDICATORS_QUEUE_URL),
    },
    clock: systemClock,
  };
}

/** As `awsPorts`, for the consumer of a queue. */
export function awsConsumerPorts(env: ConsumerEnv, sqs = new SQSClient(clientLimits)): ConsumerPorts {
  return { ...awsPorts(env, sqs), deadLetters: new SqsWorkQueue(sqs, env.DEAD_LETTER_QUEUE_URL) };
}

/** As `awsConsumerPorts`, with the queue of extract itself. */
export function awsExtractPorts(env: ExtractEnv) {
  const sqs = new SQSClient(clientLimits);
  return { ...awsConsumerPorts(env, sqs), requests: new SqsWorkQueue(sqs, env.EXTRACT_QUEUE_URL) };
}

export function awsSecrets(env: FunctionEnv): SecretStore {
  return new SecretsManagerSecretStore(new SecretsManagerClient(clientLimits), secretPrefix(env.STAGE));
}
