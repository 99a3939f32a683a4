/** Splits and dividends of one share: all that FMP knows, announced ones included, newest first. */
import type { ProviderResponse } from "../provider.ts";
import type { BarRows } from "../vendor/bar-rows.ts";
import { parseBody } from "../vendor/body.ts";
import { dateMs, jsonNumber } from "../vendor/cells.ts";
import { excerpt, UnexpectedResponseError } from "../vendor/errors.ts";
import type { Instrument } from "../vendor/options.ts";
import { actionsSchema, type FmpAction } from "./schema.ts";
import { fmpSymbol } from "./symbols.ts";

/** @throws UnexpectedResponseError for one that cannot be read: prices would be wrong without anyone knowing. */
export function addActions(
  rows: BarRows,
  response: ProviderResponse,
  kind: "splits" | "dividends",
  instrument: Instrument,
): void {
  const { symbol } = instrument;
  const name = fmpSymbol(instrument);
  for (const entry of parseBody("fmp", actionsSchema, response)) {
    if (entry.symbol !== name) rows.passOver("other_symbol");
    else if (kind === "splits") {
      const ratio = numberOf(entry, "numerator") / numberOf(entry, "denominator");
      rows.addAction(exDateOf(entry), { symbol, kind: "split", ratio, amount: null, currency: null });
    } else {
      // As the prices beside it, in the shares of today.
      const amount = numberOf(entry, "adjDividend");
      rows.addAction(exDateOf(entry), { symbol, kind: "dividend", ratio: null, amount, currency: null });
    }
  }
}

function exDateOf(entry: FmpAction): number {
  const cell = dateMs(entry.date);
  if (cell.problem !== null) throw unreadable(entry, cell.problem);
  return cell.value;
}

function numberOf(entry: FmpAction, field: string): number {
  const cell = jsonNumber(entry[field]);
  if (cell.problem !== null) throw unreadable(entry, `${field}: ${cell.problem}`);
  return cell.value;
}

const unreadable = (entry: FmpAction, problem: string) =>
  new UnexpectedResponseError(
    `fmp "${entry.symbol}": cannot read a split or dividend: ${problem}; got ${excerpt(JSON.stringify(entry))}`,
  );
