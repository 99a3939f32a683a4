import { createProviders } from "../../core/providers/registry.ts";
import { awsConsumerPorts, awsQueue, awsSecrets } from "../shared/aws/ports.ts";
import { fetchHttpClient } from "../shared/fetch-http-client.ts";
import { createHandler } from "./handler.ts";

export const handler = createHandler({
  environment: process.env,
  ports: (env) => ({
    ...awsConsumerPorts(env),
    requests: awsQueue(env.EXTRACT_QUEUE_URL),
    providers: createProviders(),
    io: { http: fetchHttpClient, secrets: awsSecrets(env) },
    random: Math.random,
  }),
});
