import type { ExtractRequest, IndicatorMessage, TransformMessage } from "../messages/index.ts";
import type { Clock, ObjectStore, WorkQueue } from "../ports.ts";
import { laneOf, type LakeSettings } from "../settings.ts";

/** What every stage needs. The composition root of a target (AWS, embedded, simulation) builds it. */
export interface PipelineContext {
  readonly stores: { readonly raw: ObjectStore; readonly curated: ObjectStore };
  readonly queues: {
    readonly transform: Pick<WorkQueue, "send">;
    readonly indicators: Pick<WorkQueue, "send">;
  };
  readonly clock: Clock;
  readonly settings: LakeSettings;
}

/** What a stage did, for metrics and the job log. */
export interface StageResult {
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly rowsRejected: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Start of the newest bar handled, UTC ms; null where there was none. */
  readonly newestBarMs: number | null;
  /** What people should know of how it went; stands in the job log. */
  readonly note?: string;
  /** Part of what was wanted is still to come. */
  readonly isPartial?: boolean;
}

/** Sends messages of one run; its id travels as correlation id through all stages. */
export async function sendMessages(
  queue: Pick<WorkQueue, "send">,
  messages: readonly (TransformMessage | IndicatorMessage)[],
  correlationId: string,
): Promise<void> {
  await queue.send(
    messages.map((message) => ({ body: JSON.stringify(message), attributes: { correlationId } })),
  );
}

/** Sends requests of one run, each to the end of its lane. */
export async function sendRequests(
  {
    requests: queue,
    settings,
  }: { readonly requests: Pick<WorkQueue, "send">; readonly settings: LakeSettings },
  requests: readonly ExtractRequest[],
  correlationId: string,
): Promise<void> {
  await queue.send(
    requests.map((request) => ({
      body: JSON.stringify(request),
      attributes: { correlationId },
      group: laneOf(settings, request),
    })),
  );
}
