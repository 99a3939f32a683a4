/** One run of extract over its symbols: piece by piece, until all are done or time is up. */
import { TransientError } from "../errors.ts";
import type { ExtractRequest } from "../messages/index.ts";
import type { Provider } from "../providers/provider.ts";
import { extractionSettings } from "../settings.ts";
import type { WorkQueue } from "../ports.ts";
import type { AnswerMemory } from "./answer-memory.ts";
import { Asking } from "./asking.ts";
import { sendRequests, type StageResult } from "./context.ts";
import { notesOf } from "./run-notes.ts";
import { byShard, planRuns } from "./extract-plan.ts";
import { requestsForRest } from "./hand-on.ts";
import { asksForNew, isAwaited, isTick, windowOf, workOfShard } from "./extract-work.ts";
import { providersFor, universeOf, type AskingContext } from "./provider-chain.ts";
import { closedText, openSymbols } from "../schedule/closed-market.ts";
import type { Skipped } from "./job-log.ts";
import { Reception, type ReceptionTotals } from "./reception.ts";
import { freshen, StaleHistory } from "./stale-history.ts";
import type { Stretch } from "./stretches.ts";
import { isBeforeFirstTick, nothingToRefresh } from "./refresh.ts";
import { inTurn } from "./turns.ts";
import { Unfinished } from "./unfinished.ts";

export interface ExtractContext extends AskingContext {
  /** Takes, as further requests, what a run leaves to others. */
  readonly requests: Pick<WorkQueue, "send">;
  /** Given by whoever polls, and asks the same again and again. */
  readonly answers?: AnswerMemory;
  /** Whether the process is about to end: a run then begins nothing more, and hands on what it leaves. */
  readonly isStopping?: () => boolean;
}

export interface ExtractResult extends StageResult {
  /** Symbols that no provider may be asked for now: budgets are used up, breakers open. The next run asks for them. */
  readonly unanswered: readonly string[];
  /** When a provider may be asked for them again, UTC ms; null where nothing is unanswered. */
  readonly resumesAtMs: number | null;
  /** Rows of answers that differ from those to the poll before; for whoever does not poll, all. */
  readonly newRows: number;
  /** Of a scheduled tick: no exchange of its symbols was open, so nobody was asked. */
  readonly isMarketClosed: boolean;
}

export interface RunAccount {
  readonly unfinished: readonly Stretch[];
  /** Symbols that nobody knows: no call at another time helps. */
  readonly unknown: readonly string[];
}

export interface RunOptions {
  /** Of the clock: after it nothing is begun, but for a first piece. */
  readonly deadlineMs?: number;
  /** Takes what a run for a window did not finish, so that nothing of it is handed on. Called before it ends, well or badly. */
  readonly keepAccount?: (account: RunAccount) => void;
  /** Whether a run for a window asks for splits and dividends too. Default: true. */
  readonly wantsActions?: boolean;
}

export class ExtractRun {
  readonly #context: ExtractContext;
  readonly #request: ExtractRequest;
  readonly #options: RunOptions;
  readonly #scheduledMs: number;
  readonly #runId: string;
  readonly #chain: readonly Provider[];
  readonly #reception: Reception;
  readonly #unfinished = new Unfinished();
  readonly #begun: string[] = [];
  /** Of shards that were not begun. */
  readonly #untouched: string[] = [];
  readonly #stale = new StaleHistory();
  readonly #gaps = { symbols: 0, bars: 0 };
  readonly #asking: Asking;

  /** @throws TerminalError where nobody can be asked for the series. */
  constructor(context: ExtractContext, request: ExtractRequest, runId: string, options: RunOptions) {
    this.#context = context;
    this.#request = request;
    this.#options = options;
    this.#scheduledMs = Date.parse(request.scheduledTime);
    this.#runId = runId;
    this.#chain = providersFor(context, request);
    const { assetClass, interval } = request;
    const run = { assetClass, interval, runId, scheduledMs: this.#scheduledMs };
    const isOpenEnded = asksForNew(request);
    // A stretch of history is asked for once, so no answer about it is to be remembered.
    const memory = isOpenEnded ? (context.answers ?? null) : null;
    this.#reception = new Reception(context, run, this.#chain, memory);
    this.#asking = new Asking(this.#chain, context.io, {
      reception: this.#reception,
      unfinished: this.#unfinished,
      isOpenEnded,
    });
  }

  async finish(): Promise<ExtractResult | Skipped> {
    const named = this.#request.symbols ?? (await this.#universe());
    // Whoever asks by hand, or for what is past, gets an answer whatever the hour.
    const isBoundToHours = isTick(this.#request);
    const whyClosed = isBoundToHours ? closedText(this.#request, named, this.#scheduledMs) : null;
    if (whyClosed !== null) return { skipped: whyClosed };
    if (await isBeforeFirstTick(this.#context, this.#chain, this.#request, named)) return nothingToRefresh;
    const symbols = isBoundToHours ? openSymbols(this.#request, named, this.#scheduledMs) : named;
    const [mine, ...others] = planRuns(this.#request, symbols, {
      shardCount: this.#shardCount,
      symbolsMax: extractionSettings(this.#context.settings).symbolsPerRun,
    });
    for (const [shard, names] of byShard(mine?.symbols ?? [], this.#shardCount)) {
      if (this.#mustStop(this.#begun.length > 0)) this.#untouched.push(...names);
      else await this.#extractShard(shard, names);
    }
    const totals = await this.#reception.finish();
    this.#noteRewritten();
    const worst = this.#unfinished.worst(this.#asking.answeredPieces > 0, isAwaited(this.#request));
    await this.#handOn(
      others.flatMap((run) => run.symbols ?? []),
      worst,
    );
    // Last, for whoever is cut off before must find the same again.
    await this.#reception.raiseWatermarks(this.#stale);
    await freshen(this.#context, this.#request, this.#begun, this.#unfinished.forLater);
    if (worst !== null) throw worst;
    return this.#result(totals);
  }

  async #universe(): Promise<readonly string[]> {
    const universe = await universeOf(this.#chain, this.#request);
    return inTurn(this.#request, universe, this.#shardCount);
  }

  get #shardCount(): number {
    return this.#context.settings.shardCounts[this.#request.assetClass];
  }

  async #extractShard(shard: number, symbols: readonly string[]): Promise<void> {
    const wantsActions = this.#options.wantsActions ?? true;
    const context = { pipeline: this.#context, chain: this.#chain, wantsActions };
    const { pieces, known, gaps, ...work } = await workOfShard(context, this.#request, shard, symbols);
    this.#begun.push(...work.symbols);
    if (asksForNew(this.#request)) this.#stale.addKnown(known, symbols);
    for (const { missingBars } of gaps) {
      this.#gaps.symbols++;
      this.#gaps.bars += missingBars;
    }
    for (const { symbols: names, ...rest } of pieces) {
      // Whoever is not known for one stretch of time is not known for the next.
      const piece = { ...rest, symbols: names.filter((symbol) => !this.#unfinished.unknown.has(symbol)) };
      if (piece.symbols.length === 0) continue;
      if (this.#mustStop(this.#hasTried)) this.#unfinished.leave(piece);
      else await this.#asking.ask(piece, known);
    }
  }

  /** Time alone stops no run that has done nothing yet: the rest would be handed on for ever. */
  #mustStop(hasBegun: boolean): boolean {
    const isTimeUp = this.#context.clock.nowMs() >= (this.#options.deadlineMs ?? Infinity);
    return (hasBegun && isTimeUp) || this.#context.isStopping?.() === true;
  }

  get #hasTried(): boolean {
    return this.#asking.answeredPieces + this.#unfinished.failures.length > 0;
  }

  /** What later runs are to do: symbols beyond this run, those there was no time for, and those that may work later. */
  async #handOn(others: readonly string[], worst: unknown): Promise<void> {
    const notBegun = [...others, ...this.#untouched];
    this.#account(notBegun);
    // A run that will be repeated as a whole hands on when it comes through, and not each time.
    if (worst instanceof TransientError) return;
    const rest = { stretches: this.#unfinished.forOthers, notBegun };
    const messages = [
      ...(this.#options.keepAccount === undefined
        ? requestsForRest(this.#request, rest, this.#shardCount)
        : []),
      ...(await this.#stale.requests(this.#context, this.#request)),
    ];
    if (messages.length > 0) await sendRequests(this.#context, messages, this.#runId);
  }

  #account(notBegun: readonly string[]): void {
    const window = windowOf(this.#request);
    const neverBegun = window === null || notBegun.length === 0 ? [] : [{ symbols: notBegun, ...window }];
    const { all, unknown } = this.#unfinished;
    this.#options.keepAccount?.({ unfinished: [...all, ...neverBegun], unknown: [...unknown] });
  }

  /** What of the histories that this run saw rewritten it does not bring itself. */
  #noteRewritten(): void {
    const window = windowOf(this.#request);
    const unanswered = new Set(this.#unfinished.unanswered);
    for (const [provider, symbols] of this.#reception.rewritten) {
      for (const symbol of symbols) {
        const endMs = unanswered.has(symbol) ? window?.toMs : window?.fromMs;
        this.#stale.add(provider, symbol, endMs ?? this.#scheduledMs);
      }
    }
  }

  #result(totals: ReceptionTotals): ExtractResult {
    const { newRows } = totals;
    const notes = [
      ...notesOf(this.#request, this.#chain, {
        gaps: this.#gaps,
        actionsRefusal: this.#asking.actionsRefusal,
        repeatedAnswers: totals.repeatedAnswers,
      }),
      ...this.#unfinished.notes,
      ...this.#reception.notes,
    ];
    const note = notes.join("; ");
    return {
      rowsIn: totals.rows,
      rowsOut: totals.rows,
      rowsRejected: totals.refusedActions,
      bytesIn: totals.bytesReceived,
      bytesOut: totals.bytesWritten,
      newestBarMs: totals.newestBarMs,
      newRows,
      isMarketClosed: false,
      isPartial: this.#unfinished.unanswered.length > 0,
      unanswered: this.#unfinished.unanswered,
      resumesAtMs: this.#unfinished.resumesAtMs,
      ...(note === "" ? {} : { note }),
    };
  }
}
