/** Rows of raw bars from the cells of a vendor's body. */
import { calendarFor } from "../../calendar/index.ts";
import { fromRows } from "../../columnar/batch.ts";
import { intervalMs, utcDate, type Adjustment } from "../../market.ts";
import { rawBars, type Row } from "../../tables/index.ts";
import type { CorporateAction, Receipt, Received } from "../provider.ts";
import type { Cell } from "./cells.ts";

const receivedCharsMax = 1_000;

/** One bar as a vendor tells it. */
export interface VendorBar {
  readonly symbol: string;
  readonly ts: Cell;
  readonly open: Cell;
  readonly high: Cell;
  readonly low: Cell;
  readonly close: Cell;
  readonly adj_close?: Cell;
  /** Left out where the vendor has none: the bar then has 0, as its column says. */
  readonly volume?: Cell;
  readonly currency?: string | null;
  /** The row as it came, for rows that cannot be read. */
  readonly received: unknown;
  /** Where the vendor tells that a bar is still growing, or is over. */
  readonly isFinal?: boolean;
}

/** What of a response is wanted: half-open, UTC ms of bar starts. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Collects what a response says. Bars outside the window are passed over and counted; a bar whose time cannot be read is
 * kept, for nobody knows that it is outside.
 */
export class BarRows {
  readonly #receipt: Receipt;
  readonly #window: Window;
  readonly #rows: Row<typeof rawBars>[] = [];
  readonly #actions: CorporateAction[] = [];
  readonly #passedOver: Record<string, number> = {};

  constructor(receipt: Receipt, window: Window) {
    this.#receipt = receipt;
    this.#window = window;
  }

  add(bar: VendorBar): void {
    if (bar.ts.problem === null && !this.#isWanted(bar.ts.value)) return this.passOver("outside_window");
    const problems: string[] = [];
    const read = (name: string, cell: Cell): number | null => {
      if (cell.problem === null) return Number.isNaN(cell.value) ? null : cell.value;
      problems.push(`${name}: ${cell.problem}`);
      return null;
    };
    const ts = read("ts", bar.ts);
    const { provider, ingestedAtMs, runId, adjustment, currency } = this.#receipt;
    this.#rows.push({
      symbol: bar.symbol,
      ts,
      open: read("open", bar.open),
      high: read("high", bar.high),
      low: read("low", bar.low),
      close: read("close", bar.close),
      adj_close: bar.adj_close === undefined ? null : read("adj_close", bar.adj_close),
      volume: bar.volume === undefined ? 0 : read("volume", bar.volume),
      currency: bar.currency === undefined ? currency : bar.currency,
      adjustment,
      is_final: bar.isFinal ?? (ts !== null && isOver(this.#receipt, bar.symbol, ts)),
      provider,
      ingested_at: ingestedAtMs,
      run_id: runId,
      parse_error: problems.length === 0 ? null : problems.join("; "),
      received_text: problems.length === 0 ? null : JSON.stringify(bar.received).slice(0, receivedCharsMax),
    });
  }

  /**
   * Actions outside the window are passed over as bars are, but for announced ones, whose day no window reaches.
   * @param exDateMs midnight UTC of the ex-date
   */
  addAction(exDateMs: number, action: Omit<CorporateAction, "exDate">): void {
    const isAhead = exDateMs > this.#receipt.ingestedAtMs;
    if (!isAhead && !this.#isWanted(exDateMs)) return this.passOver("outside_window");
    this.#actions.push({ ...action, exDate: utcDate(exDateMs) });
  }

  /** Counts an entry that is no bar. */
  passOver(reason: string): void {
    this.#passedOver[reason] = (this.#passedOver[reason] ?? 0) + 1;
  }

  finish(adjustment: Adjustment = this.#receipt.adjustment): Received {
    for (const row of this.#rows) row.adjustment = adjustment;
    return { bars: fromRows(rawBars, this.#rows), actions: this.#actions, passedOver: this.#passedOver };
  }

  #isWanted(tsMs: number): boolean {
    return tsMs >= this.#window.fromMs && tsMs < this.#window.toMs;
  }
}

/** Whether a bar was over when it was received: a daily one at the close of its session, where that is known. */
function isOver({ assetClass, interval, ingestedAtMs }: Receipt, symbol: string, tsMs: number): boolean {
  const endMs = tsMs + intervalMs[interval];
  if (interval !== "1d" || Math.abs(ingestedAtMs - endMs) > 2 * intervalMs["1d"])
    return endMs <= ingestedAtMs;
  const session = calendarFor(assetClass, symbol)?.session(utcDate(tsMs));
  return (session?.closeMs ?? endMs) <= ingestedAtMs;
}
