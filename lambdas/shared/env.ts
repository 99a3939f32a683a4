/** Environments of functions as schemas, shared by the CDK constructs that fill them and the handlers that read them. */
import { ConfigError } from "../../core/errors.ts";
import * as z from "../../core/zod.ts";

export const figureNames = [
  "RowsIn",
  "RowsOut",
  "RowsRejected",
  "BytesIn",
  "BytesOut",
  "DurationMs",
  "FreshnessMs",
] as const;
/** A number that a stage reports of each run. */
export type FigureName = (typeof figureNames)[number];

const text = z.string().check(z.minLength(1));

const words = z.pipe(
  z.string(),
  z.transform((value) => value.split(",").filter((word) => word !== "")),
);

/** What every function needs. Values are strings, as in any environment. */
const commonEnv = {
  /** Stage of the deployment, e.g. `dev`. */
  STAGE: text,
  LOG_LEVEL: z._default(z.enum(["DEBUG", "INFO", "WARN", "ERROR", "SILENT"]), "INFO"),
  METRICS_NAMESPACE: z._default(text, "marketlake"),
  CURATED_BUCKET: text,
};

/** What the stages of the pipeline need besides. */
const stageEnv = {
  RAW_BUCKET: text,
  TRANSFORM_QUEUE_URL: text,
  INDICATORS_QUEUE_URL: text,
};

/** What a consumer of a queue needs besides. */
const consumerEnv = {
  /** The dead-letter queue of the function's queue: takes messages that no retry can help, with their cause. */
  DEAD_LETTER_QUEUE_URL: text,
  /** The queue's redrive limit: the receive after which a message goes to the dead-letter queue. */
  MAX_RECEIVE_COUNT: z.coerce.number().check(z.int(), z.minimum(1), z.maximum(1_000)),
};

/**
 * `METRICS` lists, comma-separated, which figures become CloudWatch metrics: each costs 0.30 USD a month per asset
 * class (https://aws.amazon.com/cloudwatch/pricing/). All figures are in the log of each run, whatever is listed.
 */
const metrics = <Name extends string>(names: readonly Name[], costed: readonly Name[]) => ({
  METRICS: z.prefault(z.pipe(words, z.array(z.enum(names))), costed.join(",")),
});

/** A function that is no stage of the pipeline and reports figures of its own. */
export function observerEnvSchema<Name extends string>(names: readonly Name[], costed: readonly Name[]) {
  return z.object({ ...commonEnv, ...metrics(names, costed) });
}

export function functionEnvSchema(costed: readonly FigureName[]) {
  return z.object({ ...commonEnv, ...stageEnv, ...metrics(figureNames, costed) });
}

export function consumerEnvSchema(costed: readonly FigureName[]) {
  return z.object({ ...commonEnv, ...stageEnv, ...consumerEnv, ...metrics(figureNames, costed) });
}

export type FunctionEnv = z.output<ReturnType<typeof functionEnvSchema>>;
export type ConsumerEnv = z.output<ReturnType<typeof consumerEnvSchema>>;

/** The names of a stage's secrets in Secrets Manager start with this. */
export const secretPrefix = (stage: string) => `marketlake/${stage}/`;

/** Name of the file beside a function's code that holds its settings; the CDK writes it, the function reads it. */
export const settingsFileName = "settings.json";

/** As in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads an environment once, when a function starts.
 * @throws ConfigError that lists every problem and never a value that is not at fault.
 */
export function parseEnvironment<T>(schema: z.ZodMiniType<T>, environment: Environment): T {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  throw new ConfigError(
    `environment does not fit its schema; set these variables in the function's CDK construct:\n${z.prettifyError(result.error)}`,
  );
}
