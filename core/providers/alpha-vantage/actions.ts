/** Splits and dividends: beside the daily bars of the premium plan, and from calls of their own. */
import type { ProviderResponse } from "../provider.ts";
import type { BarRows, VendorBar } from "../vendor/bar-rows.ts";
import { parseBody } from "../vendor/body.ts";
import { type Cell, dateMs, textNumber } from "../vendor/cells.ts";
import { excerpt, UnexpectedResponseError } from "../vendor/errors.ts";
import { actionsSchema, type Entry, field } from "./schema.ts";

/** Every day has both fields: 0.0000 where there was no dividend, 1.0 where there was no split. */
export function addDayActions(rows: BarRows, { symbol, ts, currency }: VendorBar, entry: Entry): void {
  const amount = textNumber(field(entry, "dividend amount"));
  const ratio = textNumber(field(entry, "split coefficient"));
  const unreadable = (problem: string) =>
    new UnexpectedResponseError(
      `alpha_vantage "${symbol}": cannot read a dividend or split: ${problem}; got ${excerpt(JSON.stringify(entry))}`,
    );
  if (amount.problem !== null) throw unreadable(amount.problem);
  if (ratio.problem !== null) throw unreadable(ratio.problem);
  const isDividend = isOtherThan(0, amount.value);
  const isSplit = isOtherThan(1, ratio.value);
  if (!isDividend && !isSplit) return;
  if (ts.problem !== null) throw unreadable(ts.problem);
  if (isDividend) {
    rows.addAction(ts.value, {
      symbol,
      kind: "dividend",
      ratio: null,
      amount: amount.value,
      currency: currency ?? null,
    });
  }
  if (isSplit) {
    rows.addAction(ts.value, { symbol, kind: "split", ratio: ratio.value, amount: null, currency: null });
  }
}

/** Whether a cell, which may be absent, says something. */
const isOtherThan = (nothing: number, value: number) => !Number.isNaN(value) && value !== nothing;

/**
 * The answer of `SPLITS` or `DIVIDENDS`, newest first, announced ones included.
 * @throws UnexpectedResponseError for one that cannot be read: prices would be wrong without anyone knowing.
 */
export function addReportedActions(
  rows: BarRows,
  response: ProviderResponse,
  kind: "splits" | "dividends",
  symbol: string,
): void {
  for (const entry of parseBody("alpha_vantage", actionsSchema, response).data) {
    const read = (cell: Cell): number => {
      if (cell.problem === null) return cell.value;
      throw new UnexpectedResponseError(
        `alpha_vantage "${symbol}": cannot read one of its ${kind}: ${cell.problem}; got ${excerpt(JSON.stringify(entry))}`,
      );
    };
    if (kind === "splits") {
      const ratio = read(textNumber(entry["split_factor"]));
      const exDateMs = read(dateMs(entry["effective_date"]));
      rows.addAction(exDateMs, { symbol, kind: "split", ratio, amount: null, currency: null });
    } else {
      const amount = read(textNumber(entry["amount"]));
      const exDateMs = read(dateMs(entry["ex_dividend_date"]));
      rows.addAction(exDateMs, { symbol, kind: "dividend", ratio: null, amount, currency: null });
    }
  }
}
