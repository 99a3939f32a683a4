/** What the answers of one run bring: into the raw zone, provider by provider, and how far each symbol has come by it. */
import { contentHash } from "../lake/content-hash.ts";
import type { TerminalError } from "../errors.ts";
import type { Series } from "../lake/keys.ts";
import { shardOf } from "../lake/sharding.ts";
import type { Provider, Receipt } from "../providers/provider.ts";
import type { Answer } from "../providers/resilience/index.ts";
import { type AnswerMemory, hashOfRows, type Heard, isStale } from "./answer-memory.ts";
import type { PipelineContext } from "./context.ts";
import { RawIngest, type IngestTotals } from "./ingest.ts";
import { entryOf, raise, type PieceProgress, type Progress } from "./piece-progress.ts";
import type { StaleHistory } from "./stale-history.ts";
import { raiseWatermarks, type Watermark } from "./watermarks.ts";

export interface RunOfSeries extends Series {
  readonly runId: string;
  readonly scheduledMs: number;
}

/** Of one provider. */
interface Inbox {
  readonly receipt: Receipt;
  readonly ingest: RawIngest;
  readonly progress: Progress;
  /** Numbers the bodies received. */
  parts: number;
}

export interface ReceptionTotals extends Omit<IngestTotals, "objects"> {
  readonly bytesReceived: number;
  /** Rows of answers that differ from the ones before; without a memory, all rows. */
  readonly newRows: number;
  /** Answers that brought what the ones before them had brought. */
  readonly repeatedAnswers: number;
  /** Splits and dividends that cannot be true. */
  readonly refusedActions: number;
}

export class Reception {
  readonly #context: PipelineContext;
  readonly #run: RunOfSeries;
  readonly #inboxes: ReadonlyMap<string, Inbox>;
  readonly #memory: AnswerMemory | null;
  /** What is remembered once it is safe. */
  readonly #heard = new Map<string, Heard>();
  #bytesReceived = 0;
  #newRows = 0;
  #repeatedAnswers = 0;
  /** Entries of answers that were no bars of their requests, by reason. */
  readonly #passedOver = new Map<string, number>();
  readonly #refusedActions: TerminalError[] = [];
  /** Symbols whose history a provider has rewritten, as after a split, by provider. */
  readonly rewritten = new Map<string, Set<string>>();

  /**
   * @param chain all providers that may answer: also those that only an earlier attempt of the run has asked
   * @param memory of the polls of which the run is one
   */
  constructor(
    context: PipelineContext,
    run: RunOfSeries,
    chain: readonly Provider[],
    memory: AnswerMemory | null,
  ) {
    this.#context = context;
    this.#run = run;
    this.#memory = memory;
    this.#inboxes = new Map(chain.map((provider) => [provider.id, openInbox(context, run, provider)]));
  }

  /**
   * Keeps the answer byte for byte, then reads it. Where a memory knows bytes and rows from the poll before, nothing is done.
   * A split or dividend that cannot be true is left out, and told of in the totals.
   * @throws TerminalError where the answer cannot be read; it is kept.
   */
  async take({ provider, request, response }: Answer, piece: PieceProgress): Promise<void> {
    const inbox = this.#inboxes.get(provider.id)!;
    const keep = () => inbox.ingest.keepReceived(response.body, inbox.parts++, response.extension);
    this.#bytesReceived += response.body.byteLength;
    const question = piece.nextQuestion(this.#run);
    const known = this.#memory?.recall(question, provider.id) ?? null;
    const body = contentHash(response.body);
    // Bytes that are not in the raw zone yet go there before anyone tries to read them.
    if (known?.body !== body) await keep();
    const { bars, actions, passedOver } = await provider.transform(response, request, inbox.receipt);
    for (const [reason, entries] of Object.entries(passedOver ?? {})) {
      this.#passedOver.set(reason, (this.#passedOver.get(reason) ?? 0) + entries);
    }
    // Also of an answer as before: of the run that took it, nothing may have been noted but that it was safe.
    piece.note(bars, provider.id, this.#run.scheduledMs);
    const rows = this.#memory === null ? "" : hashOfRows(bars, actions);
    const isNews = known === null || known.rows !== rows;
    if (!isNews && !isStale(known, this.#run.scheduledMs)) {
      this.#repeatedAnswers++;
      this.#heard.set(question, { ...known, body });
      return;
    }
    if (known?.body === body) await keep();
    this.#heard.set(question, { provider: provider.id, body, rows, takenMs: this.#run.scheduledMs });
    if (isNews) this.#newRows += bars.rowCount;
    await inbox.ingest.add(bars);
    this.#refusedActions.push(...inbox.ingest.addActions(actions));
  }

  /** Lets the progress of a piece that was answered whole count. */
  keep({ newest, rewritten }: PieceProgress): void {
    for (const [provider, marks] of newest) {
      const { progress } = this.#inboxes.get(provider)!;
      for (const [symbol, mark] of marks) raise(progress, symbol, mark);
    }
    for (const [provider, symbols] of rewritten) {
      for (const symbol of symbols) entryOf(this.rewritten, provider, () => new Set<string>()).add(symbol);
    }
  }

  /** Writes what is buffered and sends the messages of the run. */
  async finish(): Promise<ReceptionTotals> {
    const totals: IngestTotals[] = [];
    for (const { ingest } of this.#inboxes.values()) totals.push(await ingest.finish());
    for (const [question, heard] of this.#heard) this.#memory?.remember(question, heard);
    const newest = totals.map(({ newestBarMs }) => newestBarMs).filter((ms) => ms !== null);
    return {
      rows: totals.reduce((sum, { rows }) => sum + rows, 0),
      bytesWritten: totals.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
      newestBarMs: newest.length === 0 ? null : Math.max(...newest),
      bytesReceived: this.#bytesReceived,
      newRows: this.#newRows,
      repeatedAnswers: this.#repeatedAnswers,
      refusedActions: this.#refusedActions.length,
    };
  }

  get notes(): string[] {
    const counts = [...this.#passedOver].map(([reason, entries]) => `${entries} ${reason}`);
    const [refusal] = this.#refusedActions;
    return [
      ...(counts.length === 0 ? [] : [`entries passed over: ${counts.sort().join(", ")}`]),
      ...(refusal === undefined
        ? []
        : [`splits or dividends left out: ${this.#refusedActions.length}, the first: ${refusal.message}`]),
    ];
  }

  /** To be called after `finish`: a run that is cut off before its messages are sent must ask for the same bars again. */
  async raiseWatermarks({ endsMs }: StaleHistory): Promise<void> {
    const { assetClass, interval } = this.#run;
    const shardCount = this.#context.settings.shardCounts[assetClass];
    for (const [provider, { progress }] of this.#inboxes) {
      const byShard = Map.groupBy(progress, ([symbol]) => shardOf(symbol, shardCount));
      for (const [shard, marks] of byShard) {
        const stale = marks.map(([symbol, mark]): [string, Watermark] => {
          const isFound = this.rewritten.get(provider)?.has(symbol) === true;
          const staleToMs = isFound ? endsMs.get(provider)?.get(symbol) : undefined;
          return [symbol, staleToMs === undefined ? mark : { ...mark, staleToMs }];
        });
        await raiseWatermarks(this.#context, { provider, assetClass, interval, shard }, new Map(stale));
      }
    }
  }
}

function openInbox(context: PipelineContext, run: RunOfSeries, provider: Provider): Inbox {
  const { assetClass, interval, runId, scheduledMs } = run;
  const receipt: Receipt = {
    assetClass,
    interval,
    provider: provider.id,
    runId,
    ingestedAtMs: scheduledMs,
    adjustment: provider.adjustment,
    currency: null,
  };
  return { receipt, ingest: new RawIngest(context, receipt, scheduledMs), progress: new Map(), parts: 0 };
}
