import { awsStores } from "../shared/aws/stores.ts";
import { readSettings } from "../shared/aws/settings-file.ts";
import { createHandler } from "./handler.ts";
import { healthFunctionSettingsSchema } from "./settings.ts";

export const handler = createHandler({
  environment: process.env,
  settings: readSettings(healthFunctionSettingsSchema, import.meta.url),
  ports: (env) => ({ curated: awsStores()(env.CURATED_BUCKET) }),
});
