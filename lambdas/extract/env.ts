import * as z from "zod";
import { consumerEnvSchema } from "../shared/env.ts";

export const extractEnvSchema = consumerEnvSchema([]).extend({
  /** The function's own queue: takes what a run hands on. */
  EXTRACT_QUEUE_URL: z.string().min(1),
});
export type ExtractEnv = z.output<typeof extractEnvSchema>;
