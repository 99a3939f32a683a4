/** What the answers of one run bring: into the raw zone, provider by provider, and how far each symbol has come by it. */
import type { RawBars } from "../bars/bars.ts";
import { nullCode } from "../columnar/batch.ts";
import { contentHash } from "../lake/content-hash.ts";
import type { TerminalError } from "../errors.ts";
import type { Series } from "../lake/keys.ts";
import { shardOf } from "../lake/sharding.ts";
import { isBarTime } from "../market.ts";
import type { Provider, Receipt } from "../providers/provider.ts";
import type { Answer } from "../providers/resilience/index.ts";
import { type AnswerMemory, hashOfRows, type Heard, isStale } from "./answer-memory.ts";
import type { PipelineContext } from "./context.ts";
import { RawIngest, type IngestTotals } from "./ingest.ts";
import type { KnownMarks } from "./extract-work.ts";
import type { StaleHistory } from "./stale-history.ts";
import type { Stretch } from "./stretches.ts";
import { raiseWatermarks, type Watermark } from "./watermarks.ts";

export interface RunOfSeries extends Series {
  readonly runId: string;
  readonly scheduledMs: number;
}

/** The newest final bar by symbol, of one provider. */
type Progress = Map<string, Watermark>;

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

/** What the answers to one piece of a run say, by provider. It counts once the piece has been answered whole. */
export class PieceProgress {
  readonly known: KnownMarks;
  /** Whether it reaches to what is newest, so that marks rise; else they only learn of another close of their bar. */
  readonly isOpenEnded: boolean;
  readonly newest = new Map<string, Progress>();
  readonly rewritten = new Map<string, Set<string>>();

  readonly #name: string;
  #questions = 0;

  /**
   * @param known what the providers had brought before
   * @param piece what is asked for
   */
  constructor(
    known: KnownMarks,
    { symbols, fromMs, toMs }: Stretch,
    { isOpenEnded }: { readonly isOpenEnded: boolean },
  ) {
    this.known = known;
    this.isOpenEnded = isOpenEnded;
    // What is new moves on with the polls.
    this.#name = `${symbols.join(",")} ${isOpenEnded ? "" : `${fromMs}-${toMs}`}`;
  }

  /** Names what is asked next, the same in every poll. */
  nextQuestion({ assetClass, interval }: Series): string {
    return [assetClass, interval, this.#name, this.#questions++].join(" ");
  }
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
    this.#note(bars, provider, piece);
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
      for (const symbol of symbols) entryOf(this.rewritten, provider, () => new Set()).add(symbol);
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

  #note(bars: RawBars, { id }: Provider, { known, isOpenEnded, newest, rewritten }: PieceProgress): void {
    const marks = known.get(id);
    const progress = entryOf(newest, id, (): Progress => new Map());
    const changed = entryOf(rewritten, id, () => new Set<string>());
    for (const { symbol, barMs, close } of finalBars(bars, this.#run.scheduledMs)) {
      const mark = marks?.get(symbol);
      const isOfMark = mark?.barMs === barMs;
      if (isOfMark && isOtherPrice(mark.close, close, rewrittenPart)) changed.add(symbol);
      const ahead = isOpenEnded ? markAhead(known, symbol, mark) : null;
      if (ahead?.barMs === barMs && isOtherPrice(ahead.close, close, otherBasisPart)) changed.add(symbol);
      // Marks that stay as they are need not be read again to be written.
      const isKnown = mark !== undefined && (barMs < mark.barMs || (isOfMark && close === mark.close));
      if (!isKnown && (isOpenEnded || isOfMark)) raise(progress, symbol, { barMs, close });
    }
  }
}

/**
 * The newest mark of a symbol, where another provider has set it since a provider's own. Whoever comes back after others stood
 * in for it is not asked for its own mark any more; that prices were divided meanwhile shows against theirs.
 */
function markAhead(known: KnownMarks, symbol: string, own: Watermark | undefined): Watermark | null {
  let ahead: Watermark | null = null;
  for (const marks of known.values()) {
    const mark = marks.get(symbol);
    if (mark !== undefined && mark.barMs > ((ahead ?? own)?.barMs ?? -Infinity)) ahead = mark;
  }
  return ahead;
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

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** Bars of the future, which validation rejects, must not move a mark. */
function* finalBars({ rowCount, columns }: RawBars, asOfMs: number) {
  const { symbol, ts, close, is_final: isFinal } = columns;
  for (let row = 0; row < rowCount; row++) {
    const [code, barMs, price] = [symbol.codes[row]!, ts[row]!, close[row]!];
    if (code === nullCode || isFinal[row] !== 1 || !isBarTime(barMs) || barMs >= asOfMs) continue;
    yield { symbol: symbol.values[code]!, barMs, close: Number.isNaN(price) ? null : price };
  }
}

/** Corrections of a bar are smaller; the smallest adjustments, of dividends, are made to `adj_close` and not to prices. */
const rewrittenPart = 0.02;
/** Of one bar, the prices of two providers are closer than this; the smallest usual split, 5 for 4, takes a fifth. */
const otherBasisPart = 0.15;

function isOtherPrice(before: number | null, now: number | null, part: number): boolean {
  return before !== null && now !== null && Math.abs(now - before) > part * Math.abs(before);
}

function raise(progress: Progress, symbol: string, mark: Watermark): void {
  const known = progress.get(symbol);
  if (known === undefined || mark.barMs > known.barMs) progress.set(symbol, mark);
}
