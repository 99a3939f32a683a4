import { consumerEnvSchema } from "../shared/env.ts";

export const transformEnvSchema = consumerEnvSchema(["RowsRejected"]);
