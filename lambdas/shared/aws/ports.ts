import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SecretStore } from "../../../core/ports.ts";
import { type ConsumerEnv, type FunctionEnv, secretPrefix } from "../env.ts";
import type { ConsumerPorts, FunctionPorts } from "../ports.ts";
import { systemClock } from "../system-clock.ts";
import { clientLimits } from "./clients.ts";
import { S3ObjectStore } from "./s3-object-store.ts";
import { SecretsManagerSecretStore } from "./secrets-manager-secret-store.ts";
import { SqsWorkQueue } from "./sqs-work-queue.ts";

/** Emulators know buckets by path; S3 itself prefers them in the host name. */
const s3Addressing = { forcePathStyle: process.env["AWS_ENDPOINT_URL"] !== undefined };

/** The ports of a function on AWS. Region, credentials and an emulator's endpoint come from the SDK's environment. */
export function awsPorts(env: FunctionEnv, sqs = new SQSClient(clientLimits)): FunctionPorts {
  const s3 = new S3Client({ ...clientLimits, ...s3Addressing });
  return {
    stores: {
      raw: new S3ObjectStore(s3, env.RAW_BUCKET),
      curated: new S3ObjectStore(s3, env.CURATED_BUCKET),
    },
    queues: {
      transform: new SqsWorkQueue(sqs, env.TRANSFORM_QUEUE_URL),
      indicators: new SqsWorkQueue(sqs, env.INDICATORS_QUEUE_URL),
    },
    clock: systemClock,
  };
}

/** As `awsPorts`, for the consumer of a queue. */
export function awsConsumerPorts(env: ConsumerEnv): ConsumerPorts {
  const sqs = new SQSClient(clientLimits);
  return { ...awsPorts(env, sqs), deadLetters: new SqsWorkQueue(sqs, env.DEAD_LETTER_QUEUE_URL) };
}

export const awsQueue = (url: string): SqsWorkQueue => new SqsWorkQueue(new SQSClient(clientLimits), url);

export function awsSecrets(env: FunctionEnv): SecretStore {
  return new SecretsManagerSecretStore(new SecretsManagerClient(clientLimits), secretPrefix(env.STAGE));
}
