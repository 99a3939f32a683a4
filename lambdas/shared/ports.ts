import type { PipelineContext } from "../../core/pipeline/context.ts";
import type { WorkQueue } from "../../core/ports.ts";

/** What a target gives every function; settings come from the environment. */
export type FunctionPorts = Omit<PipelineContext, "settings">;

export interface ConsumerPorts extends FunctionPorts {
  readonly deadLetters: Pick<WorkQueue, "send">;
}
