import { fromRows } from "../../core/columnar/batch.ts";
import type { Bars, RawBars } from "../../core/bars/bars.ts";
import { intervalMs } from "../../core/market.ts";
import type { Receipt } from "../../core/providers/provider.ts";
import { rawBars, receivedBars, type Row } from "../../core/tables/index.ts";

export type RawRow = Row<typeof rawBars>;
export type ReceivedRow = Row<typeof receivedBars>;

/** A valid final bar of 2026-11-20, received at noon, with whatever a test wants otherwise. */
export function rawRow(difference: Partial<RawRow> = {}): RawRow {
  return {
    symbol: "AAPL",
    ts: Date.UTC(2026, 10, 20),
    open: 100,
    high: 110,
    low: 90,
    close: 105,
    adj_close: null,
    volume: 1_000,
    currency: "USD",
    adjustment: "none",
    is_final: true,
    provider: "csv",
    ingested_at: Date.UTC(2026, 10, 20, 12),
    run_id: "run-1",
    parse_error: null,
    received_text: null,
    ...difference,
  };
}

/** A bar of one price, as a vendor that adjusts for splits sends it to a run: final once its interval is over. */
export function flatRow(
  { symbol, ts, close }: { readonly symbol: string; readonly ts: number; readonly close: number },
  { interval, provider, ingestedAtMs, runId }: Receipt,
): RawRow {
  const times = { ts, is_final: ts + intervalMs[interval] <= ingestedAtMs, ingested_at: ingestedAtMs };
  const prices = { open: close, high: close, low: close, close, volume: 1 };
  return rawRow({ symbol, ...times, ...prices, adjustment: "split", provider, run_id: runId });
}

export function receivedRow(difference: Partial<ReceivedRow> = {}): ReceivedRow {
  const { parse_error: _parseError, received_text: _receivedText, ...received } = rawRow();
  return { ...(received as Omit<ReceivedRow, "source_key">), source_key: "raw/1", ...difference };
}

export const rawBatch = (rows: readonly Partial<RawRow>[]): RawBars => fromRows(rawBars, rows.map(rawRow));

export const receivedBatch = (rows: readonly Partial<ReceivedRow>[]): Bars =>
  fromRows(receivedBars, rows.map(receivedRow));
