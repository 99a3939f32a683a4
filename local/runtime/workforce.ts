/** The work of a lake that can be shared out: this thread does what is small, a crew of threads what is large. */
import { stat } from "node:fs/promises";
import { contentHash } from "../../core/lake/content-hash.ts";
import type { StageResult } from "../../core/pipeline/context.ts";
import type { LoadResult } from "../../core/pipeline/load.ts";
import { planRebuild } from "../../core/pipeline/rebuild.ts";
import { systemClock } from "../../lambdas/shared/system-clock.ts";
import type { Wiring } from "../wiring.ts";
import { Crew, type ThreadOptions } from "./crew.ts";
import { drain, type DrainTotals } from "./drain.ts";
import type { Station } from "./station.ts";
import { runTask, type LoadFile, type Progress, type Task } from "./tasks.ts";

/** How a file ended: loaded, or why not. */
export type LoadOutcome = { readonly file: LoadFile } & (
  | { readonly result: LoadResult }
  | { readonly error: unknown }
);

export interface RebuildTotals {
  readonly shards: number;
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly rowsRejected: number;
}

/** Files together smaller than this, or fewer messages than this, are done before a worker thread has started. */
const smallFileBytes = 1_000_000;
const fewMessages = 6;
/** As many rows in one message are work for all cores, too. */
const manyRows = 100_000;

export class Workforce {
  readonly #station: Station;
  readonly #crew: Crew | null;
  /** Loaded since the last drain. */
  #loadedRows = 0;

  /** @param threads of the crew; 0 does everything in this thread, and the default is one for each core. */
  constructor(station: Station, options: ThreadOptions, threads?: number) {
    this.#station = station;
    const wiring = withoutExtract(options.wiring);
    this.#crew = threads === 0 ? null : new Crew({ ...options, wiring }, threads);
  }

  /** As `LakeRuntime.load`. */
  async load(
    files: readonly LoadFile[],
    report: (progress: Progress) => void,
    settled: (outcome: LoadOutcome) => void,
  ): Promise<LoadOutcome[]> {
    const sizes = await Promise.all(files.map(({ path }) => sizeOf(path)));
    const isLarge = sizes.reduce((sum, size) => sum + size, 0) >= smallFileBytes;
    // The largest first, so that no thread is left alone with it at the end.
    const order = files.map((_, index) => index).sort((a, b) => sizes[b]! - sizes[a]!);
    const outcomes = new Map<number, LoadOutcome>();
    const loadOne = async (index: number) => {
      const file = files[index]!;
      try {
        const result = await this.#do<"load">({ kind: "load", file }, isLarge, report);
        outcomes.set(index, { file, result });
        this.#loadedRows += result.rowsIn;
      } catch (error) {
        outcomes.set(index, { file, error });
      }
      settled(outcomes.get(index)!);
    };
    if (isLarge && this.#crew !== null) await Promise.all(order.map(loadOne));
    else for (const index of order) await loadOne(index);
    return files.map((_, index) => outcomes.get(index)!);
  }

  /** Works until all queues are empty. */
  async drain(report: (progress: DrainTotals) => void): Promise<DrainTotals> {
    const asked = await drain(this.#station, report, isExtract);
    const worked = await this.#drainOthers((totals) => report(sumTotals([asked, totals])));
    return sumTotals([asked, worked]);
  }

  /** Rebuilds every shard of every series, those that others follow from before them. */
  async rebuild(
    asOfMs: number,
    report: (progress: { readonly done: number; readonly total: number }) => void,
  ): Promise<RebuildTotals> {
    const runId = `rebuild-${contentHash(`${asOfMs}\n${systemClock.nowMs()}`)}`;
    const waves = await planRebuild(this.#station.context);
    const total = waves.reduce((sum, wave) => sum + wave.length, 0);
    const results: StageResult[] = [];
    for (const wave of waves) {
      await Promise.all(
        wave.map(async (shard) => {
          const task = { kind: "rebuild", shard, options: { runId, asOfMs } } as const;
          results.push(await this.#do<"rebuild">(task, true));
          report({ done: results.length, total });
        }),
      );
    }
    return {
      shards: results.length,
      rowsIn: results.reduce((sum, { rowsIn }) => sum + rowsIn, 0),
      rowsOut: results.reduce((sum, { rowsOut }) => sum + rowsOut, 0),
      rowsRejected: results.reduce((sum, { rowsRejected }) => sum + rowsRejected, 0),
    };
  }

  /** Ends idle threads, so that their memory serves others. */
  async dismiss(): Promise<void> {
    await this.#crew?.dismiss();
  }

  async close(): Promise<void> {
    await this.#crew?.close();
  }

  #do<K extends Task["kind"]>(
    task: Extract<Task, { kind: K }>,
    isLarge: boolean,
    report: (progress: Progress) => void = () => {},
  ) {
    const crew = isLarge ? this.#crew : null;
    return crew === null ? runTask<K>(this.#station, task, report) : crew.run<K>(task, report);
  }

  async #drainOthers(report: (progress: DrainTotals) => void): Promise<DrainTotals> {
    const { visible } = await this.#station.queue("transform").depth();
    const isLarge = visible >= fewMessages || this.#loadedRows >= manyRows;
    this.#loadedRows = 0;
    const members = isLarge ? (this.#crew?.size ?? 1) : 1;
    const latest = new Map<number, DrainTotals>();
    const drainAs = (member: number) =>
      this.#do<"drain">({ kind: "drain" }, isLarge, (progress) => {
        if (progress.kind !== "drain") return;
        latest.set(member, progress);
        report(sumTotals([...latest.values()]));
      });
    return sumTotals(await Promise.all(Array.from({ length: members }, (_, member) => drainAs(member))));
  }
}

const isExtract = (functionId: string) => functionId === "extract";

/** Providers are asked in one thread, so that only one waits for the pace that they set. */
function withoutExtract({ eventSources, ...wiring }: Wiring): Wiring {
  return { ...wiring, eventSources: eventSources.filter(({ functionId }) => !isExtract(functionId)) };
}

async function sizeOf(path: string): Promise<number> {
  // A file that is not there is reported when it is loaded, with the others' fate unharmed.
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

function sumTotals(totals: readonly DrainTotals[]): DrainTotals {
  return totals.reduce(
    (sum, { messages, retries }) => ({ messages: sum.messages + messages, retries: sum.retries + retries }),
    { messages: 0, retries: 0 },
  );
}
