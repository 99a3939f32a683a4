import { indicatorMessageSchema } from "../../core/messages/index.ts";
import { indicate } from "../../core/pipeline/indicate.ts";
import type { LakeSettings } from "../../core/settings.ts";
import { createConsumer } from "../shared/consumer.ts";
import { type ConsumerEnv, type Environment, parseEnvironment } from "../shared/env.ts";
import type { ConsumerPorts } from "../shared/ports.ts";
import { indicatorsEnvSchema } from "./env.ts";

/** @throws ConfigError for an environment that does not fit `indicatorsEnvSchema`. */
export function createHandler(dependencies: {
  readonly environment: Environment;
  readonly settings: LakeSettings;
  readonly ports: (env: ConsumerEnv) => ConsumerPorts;
}) {
  const env = parseEnvironment(indicatorsEnvSchema, dependencies.environment);
  return createConsumer({
    stage: "indicators",
    env,
    settings: dependencies.settings,
    ports: dependencies.ports(env),
    schema: indicatorMessageSchema,
    run: indicate,
    names: () => false,
  });
}
