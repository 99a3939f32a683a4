import { lakeSettingsSchema } from "../../core/settings.ts";
import { awsConsumerPorts } from "../shared/aws/ports.ts";
import { readSettings } from "../shared/aws/settings-file.ts";
import { createHandler } from "./handler.ts";

export const handler = createHandler({
  environment: process.env,
  settings: readSettings(lakeSettingsSchema, import.meta.url),
  ports: awsConsumerPorts,
});
