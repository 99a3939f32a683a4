/**
 * What a resource is to the pipeline, carried as CloudFormation metadata: logical ids and physical names are generated,
 * so the embedded runtime recognises functions, queues and buckets by this and guesses nothing.
 */
import { z } from "zod";

export const identityKey = "marketlake";

/** The stages of the pipeline, which read queues. */
export const consumerIds = ["extract", "transform", "indicators"] as const;
export const functionIds = [...consumerIds, "health"] as const;
export type FunctionId = (typeof functionIds)[number];

export const bucketNames = ["raw", "curated", "query-results", "access-logs"] as const;
export type BucketName = (typeof bucketNames)[number];

export const identitySchema = z.discriminatedUnion("kind", [
  /** `entry`: source file of the handler, relative to the repository. */
  z.strictObject({ kind: z.literal("function"), id: z.enum(functionIds), entry: z.string().min(1) }),
  z.strictObject({ kind: z.literal("queue"), name: z.string().min(1) }),
  z.strictObject({ kind: z.literal("bucket"), name: z.enum(bucketNames) }),
  z.strictObject({ kind: z.literal("schedule"), name: z.string().min(1) }),
]);
export type Identity = z.infer<typeof identitySchema>;
