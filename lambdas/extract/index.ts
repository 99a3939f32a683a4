import { createProviders } from "../../core/providers/registry.ts";
import { awsPorts, awsSecrets } from "../shared/aws/ports.ts";
import { fetchHttpClient } from "../shared/fetch-http-client.ts";
import { createHandler } from "./handler.ts";

export const handler = createHandler({
  environment: process.env,
  ports: (env) => ({
    ...awsPorts(env),
    providers: createProviders(),
    io: { http: fetchHttpClient, secrets: awsSecrets(env) },
  }),
});
