/** What every command gets: where to print, which lake, and the way to be interrupted. */
import type { LakeRuntime, RuntimeOptions } from "../local/runtime.ts";
import { InterruptedError } from "./errors.ts";
import { finishMs, stoppingText, untilInterrupted } from "./interrupt.ts";
import { quietTerminal, type Terminal } from "./terminal.ts";

export interface GlobalOptions {
  readonly lake: string;
  /** Configuration file; the one of the working directory where none is named. */
  readonly config?: string;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

/** How long closing may take after an interrupt. A lake that is not closed is only like one that was killed. */
const closeTimeoutMs = 3_000;
/** How long progress may take to draw its last state after an interrupt. */
const drawTimeoutMs = 300;

export class Cli {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  terminal(options: GlobalOptions): Terminal {
    if (options.quiet === true) return quietTerminal(this.#terminal);
    // Lines of the log would tear moving progress apart.
    return options.debug === true ? { ...this.#terminal, isInteractive: false } : this.#terminal;
  }

  /**
   * Opens the lake under the configuration, works with it, closes it.
   * @throws ConfigError for a configuration that cannot be used; TerminalError where `create` is false and there is no lake; InterruptedError on Ctrl-C.
   */
  async withLake<T>(
    options: GlobalOptions,
    access: Omit<RuntimeOptions, "logLevel">,
    work: (lake: LakeRuntime) => Promise<T>,
  ): Promise<T> {
    return this.#withOpenLake(options, access, (lake) =>
      untilInterrupted(work(lake), this.#terminal.interrupt, drawTimeoutMs),
    );
  }

  /**
   * As `withLake`, for work that asks providers: on Ctrl-C what they were asked for already comes into the lake, and the rest
   * waits in its queue for the next command.
   */
  async withLakeFinishing(
    options: GlobalOptions,
    access: Omit<RuntimeOptions, "logLevel">,
    work: (lake: LakeRuntime) => Promise<void>,
  ): Promise<void> {
    const { interrupt } = this.#terminal;
    const announce = () => this.terminal(options).say(stoppingText);
    interrupt.addEventListener("abort", announce);
    try {
      await this.#withOpenLake(options, { ...access, stop: interrupt }, (lake) =>
        untilInterrupted(work(lake), interrupt, finishMs),
      );
    } finally {
      interrupt.removeEventListener("abort", announce);
    }
    if (interrupt.aborted) throw new InterruptedError();
  }

  /** As `withLake`, for work that ends by itself on Ctrl-C, as that is its usual end. */
  async withLakeUntilStopped(
    options: GlobalOptions,
    access: Omit<RuntimeOptions, "logLevel">,
    work: (lake: LakeRuntime) => Promise<void>,
  ): Promise<void> {
    return this.#withOpenLake(options, { ...access, stop: this.#terminal.interrupt }, work);
  }

  async #withOpenLake<T>(
    options: GlobalOptions,
    access: Omit<RuntimeOptions, "logLevel">,
    work: (lake: LakeRuntime) => Promise<T>,
  ): Promise<T> {
    // Loaded here, so that --help and usage errors do not wait for DuckDB.
    const [{ LakeRuntime }, { runtimeOptionsOf }] = await Promise.all([
      import("../local/runtime.ts"),
      import("./config.ts"),
    ]);
    const lake = await LakeRuntime.open(options.lake, {
      ...runtimeOptionsOf(options.config, access),
      logLevel: options.debug === true ? "DEBUG" : "SILENT",
    });
    const { interrupt } = this.#terminal;
    try {
      return await work(lake);
    } finally {
      const closed = lake.close();
      await (interrupt.aborted ? Promise.race([closed, waited(closeTimeoutMs)]) : closed);
    }
  }
}

function waited(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
