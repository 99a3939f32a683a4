/** The status of a lake for people. */
import type { Interval } from "../../core/market.ts";
import type { Accounting, LakeStatus } from "../../local/runtime.ts";
import { unreadProblems } from "../../local/runtime/parts.ts";
import { formatFacts } from "./facts.ts";
import { formatFreshness, formatProblems, formatProviders, formatVerdict } from "./health.ts";
import { bytes, count, duration } from "./numbers.ts";
import { rowsOf } from "./rows.ts";
import { plain } from "./styles.ts";
import { formatTable, type TableOptions } from "./table.ts";
import { barTime, minuteOf } from "./times.ts";

/** Of the last jobs, the reasons of those that failed. */
const troublesShown = 3;

export function* formatStatus(status: LakeStatus, options: TableOptions): Generator<string> {
  const styles = options.styles ?? plain;
  const heading = (text: string) => `\n${styles.bold(text)}\n`;
  yield `${styles.bold("lake")}  ${status.lake}\n`;
  if (status.asOf !== null) {
    yield `${styles.red("past")}  shows what was known at ${status.asOf}; "rebuild" brings it back to the present\n`;
  }
  if (status.unread.length > 0) {
    yield heading("cannot be shown");
    yield* formatProblems(unreadProblems(status.unread), options);
  }
  if (status.accounting !== null) {
    yield heading("books");
    yield* accounting(status.accounting, options);
  }
  if (status.problems.length > 0 || status.unread.length === 0) {
    yield heading("health");
    yield* formatVerdict(status.problems, options);
  }
  if (status.series.length > 0) {
    yield heading("series");
    yield* formatTable(rowsOf(status.series.map(seriesRow)), options);
  }
  if (status.freshness.length > 0) {
    yield heading("freshness");
    yield* formatFreshness(status.freshness, options);
  }
  if (status.providers.length > 0) {
    yield heading("providers");
    yield* formatProviders(status.providers, options);
  }
  if (status.quarantine.length > 0) {
    yield heading("quarantine");
    yield* formatTable(rowsOf(status.quarantine), options);
  }
  if (status.queues.length > 0) {
    yield heading("queues");
    yield* formatTable(rowsOf(status.queues.map(queueRow)), options);
  }
  if (status.deadLetters.length > 0) {
    yield heading("dead letters");
    yield* formatTable(rowsOf(status.deadLetters.map(({ queue, cause, body }) => ({ queue, cause, body }))), {
      ...options,
      wrapsTexts: true,
    });
    yield `mend the cause, then "redrive" tries them again\n`;
  }
  yield heading("objects");
  yield* formatTable(
    rowsOf(status.objects.map(({ zone, objects, bytes: size }) => ({ zone, objects, size: bytes(size) }))),
    options,
  );
  if (status.jobs.length > 0) {
    yield heading("last jobs");
    yield* formatTable(rowsOf(status.jobs.map(jobRow)), options);
    yield* formatProblems(status.jobs.filter(isTroubled).slice(0, troublesShown).map(troubleOf), options);
  }
}

function* accounting(books: Accounting, options: TableOptions): Generator<string> {
  const styles = options.styles ?? plain;
  const verdict = books.balanced
    ? styles.green("curated and quarantined bars are all the bars received")
    : styles.red(
        'some bars received are neither curated nor quarantined yet; where no work waits, "rebuild" brings them back',
      );
  const bare = books.curatedKeys + books.derivedBars - books.indicatorRows;
  yield* formatFacts(
    [
      { label: "raw rows", value: books.rawRows, remark: "all versions of all rows received" },
      { label: "bars received", value: books.rawKeys, remark: "distinct bars among them" },
      { label: "curated", value: books.curatedKeys },
      {
        label: "quarantined",
        value: books.quarantinedKeys,
        remark: `bars; ${count(books.quarantineRows)} rows`,
      },
      { label: "derived bars", value: books.derivedBars, remark: "aggregated from shorter ones" },
      {
        label: "indicators",
        value: books.indicatorRows,
        remark: bare > 0 ? `rows; ${count(bare)} bars have none yet` : "rows",
      },
    ],
    options,
  );
  yield `${verdict}\n`;
}

function seriesRow(series: LakeStatus["series"][number]) {
  const { asset_class, interval, symbols, bars, indicator_rows, first_bar, last_bar } = series;
  const length = interval as Interval;
  return {
    series: `${asset_class} ${interval}`,
    first_bar: barTime(String(first_bar), length),
    last_bar: barTime(String(last_bar), length),
    symbols: symbols!,
    bars: bars!,
    indicators: indicator_rows!,
  };
}

const queueRow = ({ name, visible, inFlight }: LakeStatus["queues"][number]) => ({
  queue: name,
  waiting: visible,
  in_work: inFlight,
});

const isTroubled = ({ status }: LakeStatus["jobs"][number]) => status === "failed" || status === "partial";

const troubleOf = ({
  started_at,
  stage,
  asset_class,
  interval,
  status,
  detail,
}: LakeStatus["jobs"][number]) => ({
  subject: `${minuteOf(String(started_at))} ${stage} of ${asset_class} ${interval} ${status}`,
  problem: String(detail),
});

function jobRow(job: LakeStatus["jobs"][number]) {
  const { started_at, stage, asset_class, interval, shard, status } = job;
  const { rows_in, rows_out, rows_rejected, duration_ms, detail } = job;
  return {
    started: minuteOf(String(started_at)),
    stage: stage!,
    series: `${asset_class} ${interval}`,
    shard: shard!,
    status: status!,
    in: rows_in!,
    out: rows_out!,
    rejected: rows_rejected!,
    time: duration(Number(duration_ms)),
    // What went wrong stands below, in full.
    detail: isTroubled(job) ? null : detail!,
  };
}
