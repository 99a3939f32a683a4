import * as z from "../../core/zod.ts";
import { consumerEnvSchema } from "../shared/env.ts";

export const extractEnvSchema = z.extend(consumerEnvSchema([]), {
  /** The function's own queue: takes what a run hands on. */
  EXTRACT_QUEUE_URL: z.string().check(z.minLength(1)),
});
export type ExtractEnv = z.output<typeof extractEnvSchema>;
