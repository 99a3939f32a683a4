/** The figures with which a command that brings in bars ends. */
import { count, duration, rate, type Fact } from "../format/index.ts";
import type { LoadOutcome } from "../../local/runtime.ts";
import type { RunAccount } from "./account.ts";

/** What a load of corporate actions ends with. */
export function actionFacts(outcomes: readonly LoadOutcome[]): Fact[] {
  const actions = outcomes.reduce(
    (sum, outcome) => sum + ("result" in outcome ? outcome.result.rowsIn : 0),
    0,
  );
  return [
    { label: "actions", value: actions, remark: "splits and dividends, applied to bars_daily_adjusted" },
  ];
}

const rowsForRateMin = 10_000;

export interface RunSummary {
  /** Rows read from all sources, bad ones included. */
  readonly received: number;
  /** Where they came from, e.g. `3 files`. */
  readonly source: string;
  readonly account: RunAccount;
  readonly elapsedMs: number;
}

export function accountFacts({ received, source, account, elapsedMs }: RunSummary): Fact[] {
  const { curated, quarantined, reasons } = account;
  const facts: Fact[] = [
    { label: "received", value: received, remark: `rows from ${source}` },
    { label: "curated", value: curated, remark: "rows that are now the current version of their bar" },
    {
      label: "quarantined",
      value: quarantined,
      remark: reasons.map(({ codes, rows }) => `${count(rows)} ${codes.replaceAll(",", "+")}`).join(", "),
    },
  ];
  const outdated = received - curated - quarantined;
  if (outdated > 0) {
    facts.push({
      label: "outdated",
      value: outdated,
      remark: "rows of bars for which the lake has a newer version",
    });
  }
  facts.push({
    label: "time",
    value: duration(elapsedMs),
    // The rate of a handful of rows is that of starting up.
    remark: received < rowsForRateMin ? "" : rate(received / (elapsedMs / 1000)).replace("/s", " rows/s"),
  });
  return facts;
}
