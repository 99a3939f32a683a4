import { transformMessageSchema } from "../../core/messages/index.ts";
import { transform } from "../../core/pipeline/transform.ts";
import type { LakeSettings } from "../../core/settings.ts";
import { createConsumer } from "../shared/consumer.ts";
import { type ConsumerEnv, type Environment, parseEnvironment } from "../shared/env.ts";
import type { ConsumerPorts } from "../shared/ports.ts";
import { transformEnvSchema } from "./env.ts";

/** @throws ConfigError for an environment that does not fit `transformEnvSchema`. */
export function createHandler(dependencies: {
  readonly environment: Environment;
  readonly settings: LakeSettings;
  readonly ports: (env: ConsumerEnv) => ConsumerPorts;
}) {
  const env = parseEnvironment(transformEnvSchema, dependencies.environment);
  return createConsumer({
    stage: "transform",
    env,
    settings: dependencies.settings,
    ports: dependencies.ports(env),
    schema: transformMessageSchema,
    run: transform,
    names: (message, key) => message.sources.some((source) => source.key === key),
  });
}
