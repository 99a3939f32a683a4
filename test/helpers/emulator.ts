import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { startFauxqs, type FauxqsServer } from "fauxqs";
import { clientLimits } from "../../lambdas/shared/aws/clients.ts";
import { withConditionalWrites } from "./conditional-writes.ts";

/** S3, SQS and SNS over HTTP in this process, and clients that speak to them with the limits of production. */
export interface Emulator {
  readonly server: FauxqsServer;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  stop(): Promise<void>;
}

export async function startEmulator(): Promise<Emulator> {
  const server = await startFauxqs({ port: 0, logger: false, host: "127.0.0.1" });
  const proxy = await withConditionalWrites(server.port);
  const target = {
    ...clientLimits,
    endpoint: `http://127.0.0.1:${server.port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const s3 = new S3Client({ ...target, endpoint: proxy.endpoint, forcePathStyle: true });
  const sqs = new SQSClient(target);
  const sns = new SNSClient(target);
  return {
    server,
    s3,
    sqs,
    sns,
    stop: async () => {
      for (const client of [s3, sqs, sns]) client.destroy();
      proxy.stop();
      await server.stop();
    },
  };
}
