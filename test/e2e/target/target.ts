/** What the end-to-end suite needs of a place where marketlake runs, so that one suite holds for all of them. */
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { HealthReport } from "../../../core/health/index.ts";
import type { ExtractRequest, HealthRequest } from "../../../core/messages/index.ts";
import type { PipelineContext, StageResult } from "../../../core/pipeline/context.ts";
import type { QueryEngine, WorkQueue } from "../../../core/ports.ts";

export interface Target {
  /** The operator's own ports, as `marketlake load` uses them; the functions run under their roles. */
  readonly context: PipelineContext;
  readonly engine: QueryEngine;
  /** By embedded name: `transform`, `transform-dlq`, … */
  queue(name: string): WorkQueue;
  extract(request: ExtractRequest): Promise<StageResult>;
  health(request: HealthRequest): Promise<HealthReport>;
  /** Invokes transform itself, past its queue, so that a test decides what runs at once. */
  transform(event: SQSEvent): Promise<SQSBatchResponse>;
  /**
   * Makes the dead-letter queue of transform refuse messages larger than `bytes` until the returned function is called,
   * as an outage would.
   */
  refuseDeadLetters(bytes: number): Promise<() => Promise<void>>;
  /** Lets the functions work until their queues are empty. */
  settle(): Promise<void>;
  /** Makes a schedule due at `scheduledTime`. It fires by itself, soon or at once. */
  makeScheduleDue(name: string, scheduledTime: string): Promise<void>;
  close(): Promise<void>;
}

const pollMs = 250;

/** Waits until `look` finds something. */
export async function eventually<T>(
  what: string,
  timeoutMs: number,
  look: () => Promise<T | null | false>,
): Promise<T> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== false) return found;
    if (Date.now() > deadlineMs) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
