import { consumerEnvSchema } from "../shared/env.ts";

export const indicatorsEnvSchema = consumerEnvSchema(["FreshnessMs"]);
