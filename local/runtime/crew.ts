/** Who does the work: this thread for small things, worker threads for large ones. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { TerminalError } from "../../core/errors.ts";
import type { Lake } from "../lake.ts";
import type { Wiring } from "../wiring.ts";
import { reviveError, type FlatError } from "./flat-error.ts";
import type { Progress, Task, TaskResults } from "./tasks.ts";

export interface ThreadOptions {
  readonly lake: Lake;
  readonly wiring: Wiring;
  readonly logLevel: string;
}

/** What a thread sends back. */
export type ThreadMessage =
  | { readonly id: number; readonly kind: "progress"; readonly progress: Progress }
  | { readonly id: number; readonly kind: "done"; readonly result: TaskResults[Task["kind"]] }
  | { readonly id: number; readonly kind: "failed"; readonly error: FlatError };

interface Job {
  readonly task: Task;
  readonly report: (progress: Progress) => void;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

/** More threads than this do not help: they share one disk and one queue database. */
const threadsMax = 8;
/**
 * Columns live outside the heap and are freed with the small objects that own them: a small nursery is collected more
 * often, which keeps a backfill of 2.5 million bars on two threads 150 MB smaller at the same speed.
 */
const maxYoungGenerationSizeMb = 6;

/** Worker threads that take tasks in the order in which they come. They start with the first task; idle ones keep no process alive. */
export class Crew {
  readonly size: number;
  readonly #options: ThreadOptions;
  readonly #waiting: Job[] = [];
  readonly #idle: Worker[] = [];
  readonly #workers: Worker[] = [];
  readonly #running = new Map<Worker, Job>();

  constructor(options: ThreadOptions, size = Math.min(availableParallelism(), threadsMax)) {
    this.#options = options;
    this.size = size;
  }

  run<K extends Task["kind"]>(
    task: Extract<Task, { kind: K }>,
    report: (progress: Progress) => void = () => {},
  ): Promise<TaskResults[K]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ task, report, resolve, reject });
      this.#dispatch();
    });
  }

  /** Ends the idle threads, so that their memory serves others. The next task starts new ones. */
  async dismiss(): Promise<void> {
    const dismissed = this.#idle.splice(0);
    for (const worker of dismissed) this.#workers.splice(this.#workers.indexOf(worker), 1);
    await Promise.all(dismissed.map((worker) => worker.terminate()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#idle.pop() ?? this.#hire();
      if (worker === null) return;
      const job = this.#waiting.shift()!;
      this.#running.set(worker, job);
      worker.ref();
      worker.postMessage({ id: worker.threadId, task: job.task });
    }
  }

  #hire(): Worker | null {
    if (this.#workers.length >= this.size) return null;
    const worker = new Worker(new URL("./thread.ts", import.meta.url), {
      workerData: this.#options,
      resourceLimits: { maxYoungGenerationSizeMb },
    });
    worker.on("message", (message: ThreadMessage) => this.#settle(worker, message));
    worker.on("error", (error) => this.#running.get(worker)?.reject(error));
    worker.on("exit", (code) => {
      this.#running
        .get(worker)
        ?.reject(
          new TerminalError(
            `a worker thread ended with code ${code} in the middle of its work; run the command again, it continues where it stopped`,
          ),
        );
    });
    this.#workers.push(worker);
    return worker;
  }

  #settle(worker: Worker, message: ThreadMessage): void {
    const job = this.#running.get(worker);
    if (job === undefined) return;
    if (message.kind === "progress") {
      job.report(message.progress);
      return;
    }
    this.#running.delete(worker);
    worker.unref();
    this.#idle.push(worker);
    if (message.kind === "done") job.resolve(message.result as never);
    else job.reject(reviveError(message.error));
    this.#dispatch();
  }
}
