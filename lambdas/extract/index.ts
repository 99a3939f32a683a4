import { createProviders } from "../../core/providers/registry.ts";
import { awsExtractPorts, awsSecrets } from "../shared/aws/ports.ts";
import { readSettings } from "../shared/aws/settings-file.ts";
import { fetchHttpClient } from "../shared/fetch-http-client.ts";
import { createHandler } from "./handler.ts";
import { extractSettingsSchema } from "./settings.ts";

const settings = readSettings(extractSettingsSchema, import.meta.url);

export const handler = createHandler({
  environment: process.env,
  settings: settings.lake,
  ports: (env) => ({
    ...awsExtractPorts(env),
    providers: createProviders(settings.providers),
    io: { http: fetchHttpClient, secrets: awsSecrets(env) },
    random: Math.random,
  }),
});
