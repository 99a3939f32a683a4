import { extractRequestSchema, parseRequest } from "../../core/messages/index.ts";
import type { StageResult } from "../../core/pipeline/context.ts";
import { extract, extractRunId } from "../../core/pipeline/extract.ts";
import type { Provider, ProviderIo } from "../../core/providers/provider.ts";
import { type Environment, type FunctionEnv, parseEnvironment } from "../shared/env.ts";
import { type Handler, observed } from "../shared/middleware.ts";
import { Observability } from "../shared/observability.ts";
import type { FunctionPorts } from "../shared/ports.ts";
import { extractEnvSchema } from "./env.ts";

export interface ExtractPorts extends FunctionPorts {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly io: ProviderIo;
}

/**
 * The event is an `ExtractRequest`. Errors are thrown: Lambda repeats an asynchronous invocation, then sends it with its
 * error to the function's failure destination; a synchronous caller sees the error.
 * @throws ConfigError for an environment that does not fit `extractEnvSchema`.
 */
export function createHandler(dependencies: {
  readonly environment: Environment;
  readonly ports: (env: FunctionEnv) => ExtractPorts;
}): Handler<unknown, StageResult> {
  const env = parseEnvironment(extractEnvSchema, dependencies.environment);
  const ports = dependencies.ports(env);
  const observability = new Observability("extract", env);
  return observed(observability.logger, async (event) => {
    const request = parseRequest(extractRequestSchema, event);
    const startedMs = ports.clock.nowMs();
    const result = await extract({ ...ports, settings: env.LAKE_SETTINGS }, request);
    observability.stageRun({
      series: { assetClass: request.assetClass, interval: request.interval },
      correlationId: extractRunId(request),
      startedMs,
      endedMs: ports.clock.nowMs(),
      result,
    });
    return result;
  });
}
