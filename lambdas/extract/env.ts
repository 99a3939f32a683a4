import { functionEnvSchema } from "../shared/env.ts";

export const extractEnvSchema = functionEnvSchema([]);
