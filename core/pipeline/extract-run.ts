/** One run of extract over its symbols: piece by piece, until all are done or time is up. */
import { describeError, TerminalError, TransientError } from "../errors.ts";
import { barsPrefix, parseShardObjectKey } from "../lake/keys.ts";
import { intervalMs, periodRange } from "../market.ts";
import { requestSymbolsMax, type ExtractRequest } from "../messages/index.ts";
import { BreakerOpenError, BudgetExhaustedError, UnknownSymbolError } from "../providers/errors.ts";
import type { BarQuery, Provider } from "../providers/provider.ts";
import { askInOrder, pieces } from "../providers/resilience/index.ts";
import { extractionSettings, type ExtractionSettings } from "../settings.ts";
import type { WorkQueue } from "../ports.ts";
import type { AnswerMemory } from "./answer-memory.ts";
import { sendRequests, type StageResult } from "./context.ts";
import { byShard, planRuns } from "./extract-plan.ts";
import { providersFor, universeOf, type AskingContext } from "./provider-chain.ts";
import { PieceProgress, Reception, type KnownMarks, type ReceptionTotals } from "./reception.ts";
import { readWatermarks } from "./watermarks.ts";

/** Symbols named in a note; the job log cuts it off anyway. */
const symbolsNamedMax = 5;

export interface ExtractContext extends AskingContext {
  /** Takes, as further requests, what a run leaves to others. */
  readonly requests: Pick<WorkQueue, "send">;
  /** Given by whoever polls, and asks the same again and again. */
  readonly answers?: AnswerMemory;
}

export interface ExtractResult extends StageResult {
  /** Symbols that no provider may be asked for now: budgets are used up, breakers open. The next run asks for them. */
  readonly unanswered: readonly string[];
  /** Rows of answers that differ from those to the poll before; for whoever does not poll, all. */
  readonly newRows: number;
}

interface Failure {
  readonly symbols: readonly string[];
  readonly error: unknown;
}

export class ExtractRun {
  readonly #context: ExtractContext;
  readonly #request: ExtractRequest;
  readonly #scheduledMs: number;
  readonly #runId: string;
  readonly #deadlineMs: number;
  readonly #chain: readonly Provider[];
  readonly #reception: Reception;
  readonly #settings: ExtractionSettings;
  readonly #failures: Failure[] = [];
  /** For which there was no time. */
  #left: string[] = [];
  #answeredPieces = 0;
  #unreadable: TerminalError | null = null;

  /** @throws TerminalError where nobody can be asked for the series. */
  constructor(context: ExtractContext, request: ExtractRequest, runId: string, deadlineMs: number) {
    this.#context = context;
    this.#request = request;
    this.#scheduledMs = Date.parse(request.scheduledTime);
    this.#runId = runId;
    this.#deadlineMs = deadlineMs;
    this.#chain = providersFor(context, request);
    this.#settings = extractionSettings(context.settings);
    const { assetClass, interval } = request;
    const run = { assetClass, interval, runId, scheduledMs: this.#scheduledMs };
    // A stretch of history is asked for once.
    const isPoll = request.window === undefined && request.lastDays === undefined;
    this.#reception = new Reception(context, run, this.#chain, isPoll ? (context.answers ?? null) : null);
  }

  async finish(): Promise<ExtractResult> {
    const symbols = this.#request.symbols ?? (await universeOf(this.#chain, this.#request));
    const [mine, ...others] = planRuns(this.#request, symbols, {
      shardCount: this.#shardCount,
      symbolsMax: this.#settings.symbolsPerRun,
    });
    for (const [shard, names] of byShard(mine?.symbols ?? [], this.#shardCount)) {
      await this.#extractShard(shard, names);
    }
    const totals = await this.#reception.finish();
    // A request for a window says nothing about what comes after it.
    if (this.#request.window === undefined) await this.#reception.raiseWatermarks();
    const failure = this.#failure();
    // A run that will be repeated as a whole hands on when it comes through, and not each time.
    if (!isTransient(failure)) await this.#handOn(others.flatMap((run) => run.symbols ?? []));
    if (failure !== null) throw failure;
    return this.#result(totals);
  }

  get #shardCount(): number {
    return this.#context.settings.shardCounts[this.#request.assetClass];
  }

  async #extractShard(shard: number, symbols: readonly string[]): Promise<void> {
    const { assetClass, interval, window } = this.#request;
    const known = window === undefined ? await this.#knownMarks(shard) : new Map();
    // Symbols that have come equally far are asked for together.
    const groups = Map.groupBy(symbols, (symbol) => window?.fromMs ?? this.#fromMs(known, symbol));
    for (const [fromMs, names] of groups) {
      const toMs = window?.toMs ?? Math.max(this.#scheduledMs, fromMs);
      const series = { assetClass, interval };
      const query: BarQuery = { ...series, symbols: names, fromMs, toMs, asOfMs: this.#scheduledMs };
      for (const piece of pieces(this.#chain[0]!, query)) {
        if (this.#isTimeUp()) this.#left.push(...piece.symbols);
        else await this.#ask(piece, known);
      }
    }
  }

  /** Never before something was tried, for else the rest would be handed on for ever. */
  #isTimeUp(): boolean {
    const hasTried = this.#answeredPieces + this.#failures.length > 0;
    return hasTried && this.#context.clock.nowMs() >= this.#deadlineMs;
  }

  async #knownMarks(shard: number): Promise<KnownMarks> {
    const { assetClass, interval } = this.#request;
    const marks = await Promise.all(
      this.#chain.map(({ id }) =>
        readWatermarks(this.#context, { provider: id, assetClass, interval, shard }),
      ),
    );
    return new Map(this.#chain.map(({ id }, i) => [id, marks[i]!]));
  }

  /** From the newest bar that any provider of the chain has brought, less the overlap, and not from before all reach. */
  #fromMs(known: KnownMarks, symbol: string): number {
    const newest = Math.max(...[...known.values()].map((marks) => marks.get(symbol)?.barMs ?? -Infinity));
    const { overlapBars, reachDays } = this.#settings;
    const overlapMs = overlapBars * intervalMs[this.#request.interval];
    return Math.max(newest - overlapMs, this.#scheduledMs - reachDays * intervalMs["1d"]);
  }

  async #ask(piece: BarQuery, known: KnownMarks): Promise<void> {
    const progress = new PieceProgress(known, piece.symbols);
    for await (const outcome of askInOrder(this.#chain, piece, this.#context.io)) {
      if (outcome.kind === "unanswered") {
        this.#failures.push({ symbols: piece.symbols, error: outcome.error });
        return;
      }
      try {
        await this.#reception.take(outcome, progress);
      } catch (error) {
        if (!(error instanceof TerminalError)) throw error;
        if (!(error instanceof UnknownSymbolError)) this.#unreadable ??= error;
        this.#failures.push({ symbols: piece.symbols, error });
        return;
      }
    }
    this.#answeredPieces++;
    this.#reception.keep(progress);
  }

  /** What later runs are to do: symbols beyond this run, those there was no time for, and those that may work later. */
  async #handOn(others: readonly string[]): Promise<void> {
    const mayWorkLater = this.#failures.filter(({ error }) => isPassing(error));
    const rest = [...others, ...this.#left, ...mayWorkLater.flatMap(({ symbols }) => symbols)];
    // In as few requests as carry them: each goes on run by run, and who waits in the lane waits for one run of each.
    const limits = { shardCount: this.#shardCount, symbolsMax: requestSymbolsMax };
    const messages = [...planRuns(this.#request, rest, limits), ...(await this.#refetches())];
    if (messages.length > 0) await sendRequests(this.#context, messages, this.#runId);
  }

  /** Whole histories of symbols whose provider has rewritten them, for what stands in the lake is on another basis. */
  async #refetches(): Promise<ExtractRequest[]> {
    const requests: ExtractRequest[] = [];
    for (const [provider, symbols] of this.#reception.rewritten) {
      if (symbols.size === 0) continue;
      const window = { fromMs: await this.#historyStartMs(), toMs: this.#scheduledMs };
      requests.push({ ...this.#request, provider, trigger: "refetch", symbols: [...symbols], window });
    }
    return requests;
  }

  /** Start of the first period of which the lake has bars of the series. */
  async #historyStartMs(): Promise<number> {
    for await (const { key } of this.#context.stores.curated.list(barsPrefix(this.#request))) {
      const object = parseShardObjectKey(key);
      if (object !== null) return periodRange(object.period).fromMs;
    }
    return this.#scheduledMs - this.#settings.reachDays * intervalMs["1d"];
  }

  /** With what the run ends, beside what it has done. */
  #failure(): unknown {
    if (this.#unreadable !== null) return this.#unreadable;
    const errors = this.#failures.map(({ error }) => error);
    // That a provider does not know one symbol of many is no reason to ask for all of them again.
    const serious = this.#answeredPieces > 0 ? [] : errors.filter((error) => !isTimely(error));
    return serious.find(isTransient) ?? serious[0] ?? null;
  }

  #result(totals: ReceptionTotals): ExtractResult {
    const unanswered = this.#failures.filter(({ error }) => isTimely(error));
    const note = this.#note(totals);
    return {
      rowsIn: totals.rows,
      rowsOut: totals.rows,
      rowsRejected: 0,
      bytesIn: totals.bytesReceived,
      bytesOut: totals.bytesWritten,
      newestBarMs: totals.newestBarMs,
      newRows: totals.newRows,
      unanswered: unanswered.flatMap(({ symbols }) => symbols),
      ...(note === "" ? {} : { note }),
    };
  }

  #note({ repeatedAnswers }: ReceptionTotals): string {
    const failed = this.#failures.flatMap(({ symbols }) => symbols);
    const parts = [
      repeatedAnswers === 0 ? [] : [`${repeatedAnswers} answers as before`],
      this.#left.length === 0 ? [] : [`${this.#left.length} symbols handed on for lack of time`],
      failed.length === 0
        ? []
        : [
            `${failed.length} symbols without answer (${failed.slice(0, symbolsNamedMax).join(", ")}): ${describeError(this.#failures[0]!.error)}`,
          ],
    ];
    return parts.flat().join("; ");
  }
}

const isTransient = (error: unknown) => error instanceof TransientError;

/** Whether it is only not the time to ask: of budgets and open breakers nobody but the clock gets rid. */
const isTimely = (error: unknown) =>
  error instanceof BudgetExhaustedError || error instanceof BreakerOpenError;

/** Whether asking again soon may help. */
const isPassing = (error: unknown) => isTransient(error) && !isTimely(error);
