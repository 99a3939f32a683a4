/** Corporate actions as rows: from what providers report, checked, to the one version of each that is kept. */
import { parseDate } from "../calendar/days.ts";
import { TerminalError } from "../errors.ts";
import type { CorporateAction, Receipt } from "../providers/provider.ts";
import type { corporateActions, rawActions, Row } from "../tables/index.ts";

export type RawActionRow = Row<typeof rawActions>;
export type ActionRow = Row<typeof corporateActions>;

const dayMs = 86_400_000;

/** Companies announce splits and dividends weeks ahead; what is further away is a mistake. */
const aheadDaysMax = 2 * 366;

/**
 * A reported action as a raw row. It may be announced only: `isAnnounced`.
 * @throws TerminalError for a ratio that is no positive number, an amount that is negative or none, or an ex-date that
 * is no date or more than two years after the receipt.
 */
export function actionRow(action: CorporateAction, receipt: Receipt): RawActionRow {
  const { symbol, kind, currency } = action;
  const exDate = parseDate(action.exDate);
  if (exDate > receipt.ingestedAtMs / dayMs + aheadDaysMax) {
    throw refusal(action, "an ex-date within two years", action.exDate, "mend it at its source");
  }
  const [ratio, amount] = kind === "split" ? [action.ratio, null] : [null, action.amount];
  if (kind === "split" && !(ratio! > 0 && Number.isFinite(ratio))) {
    throw refusal(action, "a positive ratio", ratio, "mend it at its source");
  }
  if (kind === "dividend" && !(amount! >= 0 && Number.isFinite(amount) && amount !== null)) {
    throw refusal(action, "an amount of 0 or more", amount, "mend it at its source");
  }
  const { provider, adjustment, ingestedAtMs, runId } = receipt;
  return {
    symbol,
    ex_date: exDate,
    kind,
    ratio,
    amount,
    currency,
    adjustment,
    provider,
    ingested_at: ingestedAtMs,
    run_id: runId,
  };
}

function refusal(
  { symbol, kind, exDate }: CorporateAction,
  expected: string,
  got: unknown,
  help: string,
): TerminalError {
  return new TerminalError(
    `${kind} of "${symbol}" on ${exDate}: expected ${expected}, got "${String(got)}"; ${help}`,
  );
}

/**
 * Whether the last report of an action is from before its ex-date. Prices follow it only once there is a bar of that day
 * or later: until then they are what the shares trade at, and the company may still call it off.
 */
export const isAnnounced = ({ ex_date: exDate, ingested_at: ingestedAtMs }: ActionRow): boolean =>
  exDate > ingestedAtMs / dayMs;

/** The order of the key (symbol, ex-date, kind), by UTF-16 code units. */
function compareKeys(a: RawActionRow, b: RawActionRow): number {
  return compare(a.symbol, b.symbol) || a.ex_date - b.ex_date || compare(a.kind, b.kind);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The upsert merge, as that of bars: per key the row with the greatest (ingested_at, provider priority, source_key,
 * value) stays, so that the order of arrival does not matter. The result is in the order of the keys.
 */
export function mergeActions(rows: readonly ActionRow[], providerPriority: readonly string[]): ActionRow[] {
  const trust = ({ provider }: ActionRow) => {
    const place = providerPriority.indexOf(provider);
    return place < 0 ? -providerPriority.length : -place;
  };
  const value = ({ ratio, amount }: ActionRow) => ratio ?? amount ?? 0;
  const precedence = (a: ActionRow, b: ActionRow) =>
    a.ingested_at - b.ingested_at ||
    trust(a) - trust(b) ||
    compare(a.source_key, b.source_key) ||
    value(a) - value(b);
  const kept: ActionRow[] = [];
  for (const row of rows.toSorted((a, b) => compareKeys(a, b) || precedence(b, a))) {
    const last = kept.at(-1);
    if (last === undefined || compareKeys(last, row) !== 0) kept.push(row);
  }
  return kept;
}
