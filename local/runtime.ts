/** The embedded runtime: one Node process that runs the deployment's functions over files, SQLite and DuckDB. */
import { embeddedStage, stageConfig, type StageConfig } from "../core/config/index.ts";
import type { HealthReport, WatchedSeries } from "../core/health/index.ts";
import type { Series } from "../core/lake/keys.ts";
import type { ExtractRequest } from "../core/messages/index.ts";
import {
  backfill,
  type BackfillProgress,
  type BackfillRequest,
  type BackfillResult,
} from "../core/pipeline/backfill.ts";
import { AnswerMemory } from "../core/pipeline/answer-memory.ts";
import { readJobs } from "../core/pipeline/job-log.ts";
import { providersFor } from "../core/pipeline/provider-chain.ts";
import type { ExtractResult } from "../core/pipeline/extract.ts";
import { findGaps, type GapQuery, type Gaps } from "../core/pipeline/gaps.ts";
import type { LoadResult } from "../core/pipeline/load.ts";
import type { QueryResult, QueryValue } from "../core/ports.ts";
import { readLanes } from "../core/providers/resilience/index.ts";
import type { LaneState } from "../core/providers/resilience/lane-state.ts";
import { rawBars } from "../core/tables/index.ts";
import { DuckDbQueryEngine } from "./duckdb/duckdb-query-engine.ts";
import { cacheDirectory, changeSettings, openLake, openOrCreateLake, type Lake } from "./lake.ts";
import { systemClock } from "../lambdas/shared/system-clock.ts";
import { feedsQueue, readWiring, type QueueSchedule } from "./wiring.ts";
import { AsOfMark } from "./runtime/as-of-mark.ts";
import type { DrainTotals } from "./runtime/drain.ts";
import { embeddedProviders, type ProviderOptions } from "./runtime/providers.ts";
import { Station } from "./runtime/station.ts";
import { emptyDeadLetterQueues, readDeadLetters, type DeadLetter } from "./runtime/redrive.ts";
import { readHealth } from "./runtime/health.ts";
import { Parts, unreadProblems } from "./runtime/parts.ts";
import { readFooters } from "./runtime/work-problems.ts";
import { readStatus, type Accounting, type LakeStatus } from "./runtime/status.ts";
import type { LoadFile, Progress } from "./runtime/tasks.ts";
import { Workforce, type LoadOutcome, type RebuildTotals } from "./runtime/workforce.ts";

export type { Accounting, DrainTotals, LakeStatus, LoadFile, LoadOutcome, LoadResult, Progress };

export interface RuntimeOptions extends ProviderOptions {
  /** Makes a lake where there is none. */
  readonly create?: boolean;
  /**
   * What the lake is worked under; one that is there keeps what its objects depend on, see `changeSettings`. By default the
   * settings that it was made with, or those without a configuration file.
   */
  readonly stage?: StageConfig;
  /** The process asks for the same again and again: the same answer is received once. */
  readonly polls?: boolean;
  /** Aborted when the process is to end: what is asked of providers is brought in, the rest waits in the queue. */
  readonly stop?: AbortSignal;
  /** Of the functions, to stdout as on AWS: `SILENT` (default), `ERROR`, … */
  readonly logLevel?: string;
  /** Worker threads for large work; defaults to the number of cores. 0 does everything in this thread. */
  readonly threads?: number;
  /** What a query may hold in memory before it spills to the disk; the default is enough for the accounts. */
  readonly queryMemoryMb?: number;
}

/** Keeps a process that loads and then counts below half a gigabyte. */
const accountingMemoryMb = 96;

export class LakeRuntime {
  readonly lake: Lake;
  readonly #station: Station;
  readonly #workforce: Workforce;
  readonly #asOf: AsOfMark;
  readonly #queryMemoryMb: number;
  readonly #watched: readonly WatchedSeries[];
  #engine: DuckDbQueryEngine | null = null;

  private constructor(lake: Lake, station: Station, workforce: Workforce, options: RuntimeOptions) {
    this.lake = lake;
    this.#station = station;
    this.#workforce = workforce;
    this.#asOf = new AsOfMark(station.context.stores.curated);
    this.#queryMemoryMb = options.queryMemoryMb ?? accountingMemoryMb;
    // Generated bars come where somebody runs the schedules; elsewhere nobody misses them.
    this.#watched = (options.stage?.watched ?? []).filter(({ symbols }) => symbols !== undefined);
  }

  /** @throws TerminalError where there is no lake and none is to be made. */
  static async open(directory: string, options: RuntimeOptions = {}): Promise<LakeRuntime> {
    const stage = options.stage ?? stageConfig(embeddedStage);
    const kept =
      options.create === true ? await openOrCreateLake(directory, stage.lake) : await openLake(directory);
    const lake = options.stage === undefined ? kept : changeSettings(kept, stage.lake);
    const config = { ...stage, lake: lake.settings };
    const wiring = await readWiring({ config, cacheDirectory: cacheDirectory(lake.directory) });
    const logLevel = options.logLevel ?? "SILENT";
    const providers = await embeddedProviders(options);
    const answers = options.polls === true ? { answers: new AnswerMemory() } : {};
    const { watched } = stage;
    const stop = options.stop === undefined ? {} : { stop: options.stop };
    const station = new Station({ lake, wiring, providers, logLevel, watched, ...answers, ...stop });
    const workforce = new Workforce(station, { lake, wiring, logLevel }, options.threads);
    return new LakeRuntime(lake, station, workforce, options);
  }

  /**
   * Loads files into the raw zone and queues what is to be done with them. One bad file does not stop the others.
   * `settled` is told of each file as it ends.
   */
  async load(
    files: readonly LoadFile[],
    report: (progress: Progress) => void = () => {},
    settled: (outcome: LoadOutcome) => void = () => {},
  ): Promise<LoadOutcome[]> {
    await this.#asOf.refuseNewData();
    // What a query before left in its memory is better used by the load.
    await this.#closeEngine();
    return this.#workforce.load(files, report, settled);
  }

  /** Runs the extract function in this thread. */
  async extract(request: ExtractRequest): Promise<ExtractResult> {
    await this.#asOf.refuseNewData();
    return this.#station.extract(request);
  }

  /** Those of the deployment's markets that are enabled. Whoever wants to know how healthy the lake is asks `health`. */
  get schedules(): readonly QueueSchedule[] {
    return this.#station.wiring.schedules.filter(feedsQueue);
  }

  /** Those that the configuration names for a series; empty where it names none. */
  symbolsOf({ assetClass, interval }: Series): readonly string[] {
    const series = this.#watched.find((each) => each.assetClass === assetClass && each.interval === interval);
    return series?.symbols ?? [];
  }

  /** Does what a schedule does at its time; `drain` does the rest. */
  async fire(schedule: QueueSchedule, request: ExtractRequest): Promise<void> {
    await this.#asOf.refuseNewData();
    await this.#station.fire(schedule, request);
  }

  /** How the extracts of a series ended that were scheduled for a time, from the job log. */
  async extractJobs(series: Series, scheduledMs: number) {
    const { assetClass, interval } = series;
    return readJobs(this.#station.context, {
      stage: "extract",
      assetClass,
      interval,
      scheduledMs,
      shard: null,
    });
  }

  /** Ids of the providers that a request asks, best first. @throws TerminalError where there is none. */
  askedFor(request: ExtractRequest): string[] {
    return providersFor(this.#station.extractContext, request).map(({ id }) => id);
  }

  /** What the lake knows of the providers that it has called. */
  async lanes(): Promise<ReadonlyMap<string, LaneState>> {
    return readLanes(this.#station.context.stores.curated);
  }

  /** Fills a stretch of history, as far as providers may be asked now; the same request goes on. */
  async backfill(
    request: BackfillRequest,
    onProgress: (progress: BackfillProgress) => void = () => {},
  ): Promise<BackfillResult> {
    await this.#asOf.refuseNewData();
    return backfill(this.#station.extractContext, request, { onProgress });
  }

  /** Bars that the calendar expects in a window by now and the lake has not. */
  async missing(query: Omit<GapQuery, "asOfMs" | "beforeFirstBar">): Promise<readonly Gaps[]> {
    const asOfMs = systemClock.nowMs();
    return findGaps(this.#station.context, { ...query, asOfMs, beforeFirstBar: true });
  }

  /** Messages that are not done yet, those that are being worked on included. */
  async waiting(): Promise<number> {
    const { eventSources } = this.#station.wiring;
    const depths = await Promise.all(eventSources.map(({ queue }) => this.#station.queue(queue).depth()));
    return depths.reduce((sum, { visible, inFlight }) => sum + visible + inFlight, 0);
  }

  /** The dead letters, which no retry alone can help. */
  async deadLetters(): Promise<readonly DeadLetter[]> {
    return readDeadLetters(this.#station);
  }

  /** Puts the dead letters back to the queues that they come from; `drain` does the rest. */
  async redrive(): Promise<DeadLetter[]> {
    await this.#asOf.refuseNewData();
    return emptyDeadLetterQueues(this.#station, { sendBack: true });
  }

  /** Throws the dead letters away. */
  async discardDeadLetters(): Promise<DeadLetter[]> {
    return emptyDeadLetterQueues(this.#station, { sendBack: false });
  }

  /** Works until all queues are empty. */
  async drain(report: (progress: DrainTotals) => void = () => {}): Promise<DrainTotals> {
    return this.#workforce.drain(report);
  }

  /** Makes the curated zone afresh from the raw zone. With `asOfMs`, as it was known then, until the next rebuild. */
  async rebuild(
    { asOfMs = Infinity }: { readonly asOfMs?: number },
    report: (progress: { readonly done: number; readonly total: number }) => void = () => {},
  ): Promise<RebuildTotals> {
    await this.drain();
    // Set before and cleared after: whoever looks while a rebuild runs, or after it was cut off, is told.
    if (asOfMs !== Infinity) await this.#asOf.set(asOfMs);
    const totals = await this.#workforce.rebuild(asOfMs, report);
    if (asOfMs === Infinity) await this.#asOf.clear();
    return totals;
  }

  /** Whether anything was ever received. */
  async holdsBars(): Promise<boolean> {
    const listing = this.#station.context.stores.raw.list(rawBars.prefix)[Symbol.asyncIterator]();
    return (await listing.next()).done !== true;
  }

  /** @throws QueryError for SQL that cannot run. */
  async query(sql: string, parameters: readonly QueryValue[] = []): Promise<QueryResult> {
    this.#engine ??= new DuckDbQueryEngine(this.lake.directory, { memoryLimitMb: this.#queryMemoryMb });
    return this.#engine.query(sql, parameters);
  }

  /** What stands, waits and went wrong; what of it cannot be read is left out and named. */
  async status(): Promise<LakeStatus> {
    await this.#workforce.dismiss();
    return readStatus({
      ...this.#healthSources(),
      lake: this.lake,
      queueNames: this.#station.wiring.queues.map(({ name }) => name),
      queue: (name) => this.#station.queue(name),
      asOfMs: () => this.#asOf.get(),
    });
  }

  /** Whether providers answer, the watched series keep up, and the lake can be read. */
  async health(nowMs: number): Promise<HealthReport> {
    const parts = new Parts();
    const sources = { ...this.#healthSources(), settings: this.lake.settings, nowMs };
    const { report } = await readHealth(sources, parts);
    await readFooters(sources.query, parts);
    return { ...report, problems: [...report.problems, ...unreadProblems(parts.unread)] };
  }

  #healthSources() {
    return {
      store: this.#station.context.stores.curated,
      query: (sql: string) => this.query(sql),
      deadLetters: () => readDeadLetters(this.#station),
      watched: this.#watched,
    };
  }

  async #closeEngine(): Promise<void> {
    await this.#engine?.close();
    this.#engine = null;
  }

  async close(): Promise<void> {
    await this.#workforce.close();
    await this.#closeEngine();
    this.#station.close();
  }
}
