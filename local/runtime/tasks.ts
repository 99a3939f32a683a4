/** What a thread can be asked to do. Tasks and answers are plain data, so that they can cross threads. */
import type { PipelineContext, StageResult } from "../../core/pipeline/context.ts";
import { load, type LoadResult } from "../../core/pipeline/load.ts";
import { loadActions } from "../../core/pipeline/load-actions.ts";
import { rebuildShard, type RebuildOptions, type RebuildTask } from "../../core/pipeline/rebuild.ts";
import { openLoadFile, type LoadFile } from "../files/load-file.ts";
import { drain, type DrainTotals } from "./drain.ts";
import type { Station } from "./station.ts";

export type { LoadFile };

export type Task =
  | { readonly kind: "load"; readonly file: LoadFile }
  | { readonly kind: "drain" }
  | { readonly kind: "rebuild"; readonly shard: RebuildTask; readonly options: RebuildOptions };

export interface TaskResults {
  readonly load: LoadResult;
  readonly drain: DrainTotals;
  readonly rebuild: StageResult;
}

export type Progress =
  | {
      readonly kind: "load";
      readonly path: string;
      readonly receivedBytes: number;
      readonly sizeBytes: number;
      readonly rows: number;
    }
  | ({ readonly kind: "drain" } & DrainTotals);

/** `K` is the kind of `task`, and decides what comes back. */
export async function runTask<K extends Task["kind"]>(
  station: Station,
  task: Task & { readonly kind: K },
  report: (progress: Progress) => void,
): Promise<TaskResults[K]> {
  return (await resultOf(station, task, report)) as TaskResults[K];
}

async function resultOf(station: Station, task: Task, report: (progress: Progress) => void) {
  switch (task.kind) {
    case "load":
      return loadFile(station.context, task.file, report);
    case "drain":
      return drain(station, (totals) => report({ kind: "drain", ...totals }));
    case "rebuild":
      return rebuildShard(station.context, task.shard, task.options);
  }
}

async function loadFile(
  context: PipelineContext,
  file: LoadFile,
  report: (progress: Progress) => void,
): Promise<LoadResult> {
  const source = await openLoadFile(file.path);
  const { assetClass, interval, adjustment, currency, provider } = file;
  if (file.content === "actions") return loadActions(context, source, { assetClass, currency, provider });
  return load(context, source, {
    assetClass,
    interval,
    adjustment,
    currency,
    provider,
    onProgress: ({ rows }) =>
      report({
        kind: "load",
        path: file.path,
        receivedBytes: source.receivedBytes(),
        sizeBytes: source.sizeBytes,
        rows,
      }),
  });
}
