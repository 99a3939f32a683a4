import { Logger } from "@aws-lambda-powertools/logger";
import type { HealthReport } from "../../core/health/index.ts";
import { healthRequestSchema, parseRequest } from "../../core/messages/index.ts";
import { checkHealth } from "../../core/pipeline/health.ts";
import type { ObjectStore } from "../../core/ports.ts";
import { type Environment, parseEnvironment } from "../shared/env.ts";
import { type Handler, observed } from "../shared/middleware.ts";
import { healthEnvSchema, type HealthEnv } from "./env.ts";
import { publishHealth } from "./metrics.ts";
import type { HealthFunctionSettings } from "./settings.ts";

export interface HealthPorts {
  /** Holds watermarks and the states of providers; nothing is written. */
  readonly curated: ObjectStore;
}

/**
 * Answers a `HealthRequest`, logs the whole report in one line, as a warning where there is a problem, and publishes what
 * is listed as metrics. Problems are no failure of the function: it fails only where it cannot tell.
 * @throws ConfigError for an environment that does not fit `healthEnvSchema`.
 */
export function createHandler(dependencies: {
  readonly environment: Environment;
  readonly settings: HealthFunctionSettings;
  readonly ports: (env: HealthEnv) => HealthPorts;
}): Handler<unknown, HealthReport> {
  const env = parseEnvironment(healthEnvSchema, dependencies.environment);
  const { curated } = dependencies.ports(env);
  const { lake, watched } = dependencies.settings;
  const logger = new Logger({ serviceName: "health", logLevel: env.LOG_LEVEL, environment: env.STAGE });
  return observed(logger, async (event) => {
    const { scheduledTime } = parseRequest(healthRequestSchema, event);
    const context = { stores: { curated }, settings: lake };
    const report = await checkHealth(context, watched, Date.parse(scheduledTime));
    const level = report.problems.length === 0 ? "info" : "warn";
    logger[level]("health", { ...report });
    publishHealth(env, report);
    return report;
  });
}
