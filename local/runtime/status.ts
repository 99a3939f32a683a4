/** What stands in a lake, what waits, and whether every received row is accounted for. */
import type {
  HealthProblem,
  ProviderStatus,
  SeriesFreshness,
  WatchedSeries,
} from "../../core/health/index.ts";
import type { ObjectStore, QueryResult, QueryValue } from "../../core/ports.ts";
import type { Lake } from "../lake.ts";
import type { SqliteWorkQueue } from "../sqlite/sqlite-work-queue.ts";
import { systemClock } from "../../lambdas/shared/system-clock.ts";
import { readHealth } from "./health.ts";
import { Parts, type UnreadPart } from "./parts.ts";
import type { DeadLetter } from "./redrive.ts";

export interface LakeStatus {
  readonly lake: string;
  /** ISO time where the lake was rebuilt as of a time in the past, else null. */
  readonly asOf: string | null;
  /** What is missing from this status, because it cannot be read. */
  readonly unread: readonly UnreadPart[];
  /** Null where it cannot be read. */
  readonly accounting: Accounting | null;
  readonly series: readonly Record<string, QueryValue>[];
  /** Watched series first. Of the others nobody has said that they are to be kept current. */
  readonly freshness: readonly (SeriesFreshness & { readonly watched: boolean })[];
  /** Of providers and watched series. */
  readonly problems: readonly HealthProblem[];
  readonly providers: readonly ProviderStatus[];
  readonly quarantine: readonly Record<string, QueryValue>[];
  readonly queues: readonly { readonly name: string; readonly visible: number; readonly inFlight: number }[];
  readonly deadLetters: readonly DeadLetter[];
  readonly objects: readonly { readonly zone: string; readonly objects: number; readonly bytes: number }[];
  readonly jobs: readonly Record<string, QueryValue>[];
}

/**
 * A key is (asset class, interval, symbol, ts), for rows whose symbol or time could not be read the received text. The
 * books balance where every distinct key received is in curated bars or in quarantine.
 */
export interface Accounting {
  readonly rawRows: number;
  readonly rawKeys: number;
  readonly curatedKeys: number;
  /** Keys of which no version is in curated bars. */
  readonly quarantinedKeys: number;
  readonly quarantineRows: number;
  /** Bars aggregated from shorter ones; nobody sent them, so they have no raw row. */
  readonly derivedBars: number;
  readonly indicatorRows: number;
  /** rawKeys = curatedKeys + quarantinedKeys. False is normal while messages wait. */
  readonly balanced: boolean;
}

export interface StatusSources {
  readonly lake: Lake;
  readonly store: ObjectStore;
  readonly query: (sql: string, parameters?: readonly QueryValue[]) => Promise<QueryResult>;
  readonly queueNames: readonly string[];
  readonly queue: (name: string) => Pick<SqliteWorkQueue, "depth">;
  readonly deadLetters: () => readonly DeadLetter[];
  readonly asOfMs: () => Promise<number | null>;
  readonly watched: readonly WatchedSeries[];
}

const key = `asset_class, "interval", symbol, ts, case when symbol is null or ts is null then received_text end`;
const receivedBars = `select asset_class, "interval", symbol, ts, cast(null as varchar) from bars where source_key not like 'derived:%'`;
const seriesSql = `select b.asset_class, b."interval", b.symbols, b.bars, coalesce(i.indicator_rows, 0) as indicator_rows,
       b.first_bar, b.last_bar, b.newest_ingestion
from (select asset_class, "interval", count(distinct symbol) as symbols, count(*) as bars, min(ts) as first_bar,
             max(ts) as last_bar, max(ingested_at) as newest_ingestion
      from bars group by 1, 2) as b
left join (select asset_class, "interval", count(*) as indicator_rows from technical_indicators group by 1, 2) as i
  on i.asset_class = b.asset_class and i."interval" = b."interval"
order by 1, 2`;
const quarantineSql = `select asset_class, "interval", reason_codes, count(*) as "rows" from quarantine group by 1, 2, 3 order by 1, 2, 3`;
const jobsShown = 10;
const jobsSql = `select started_at, stage, asset_class, "interval", shard, status, rows_in, rows_out, rows_rejected, duration_ms, detail, run_id
from elt_job_log order by started_at desc, stage, shard limit ${jobsShown}`;
const deadLettersShown = 20;

/** What cannot be read is left out, and said so in `unread`. */
export async function readStatus(sources: StatusSources): Promise<LakeStatus> {
  const parts = new Parts();
  const rows = (part: string, sql: string) =>
    parts.read(part, async () => toRecords(await sources.query(sql)), []);
  const { settings } = sources.lake;
  const asOfMs = await parts.read("past", sources.asOfMs, null);
  const health = await readHealth({ ...sources, settings, nowMs: systemClock.nowMs() }, parts);
  const status = {
    lake: sources.lake.directory,
    asOf: asOfMs === null ? null : new Date(asOfMs).toISOString(),
    accounting: await parts.read("books", () => readAccounting(sources, asOfMs), null),
    series: await rows("series", seriesSql),
    freshness: [
      ...health.report.freshness.map((series) => ({ ...series, watched: true })),
      ...health.unwatched.map((series) => ({ ...series, watched: false })),
    ],
    problems: health.report.problems,
    providers: health.report.providers,
    quarantine: await rows("quarantine", quarantineSql),
    queues: await parts.read("queues", () => readQueues(sources), []),
    deadLetters: await parts.read("dead letters", () => sources.deadLetters().slice(0, deadLettersShown), []),
    objects: await Promise.all(["raw/", "curated/"].map((zone) => countObjects(sources.store, zone))),
    jobs: await rows("last jobs", jobsSql),
  };
  return { ...status, unread: parts.unread };
}

async function readQueues({ queueNames, queue }: StatusSources): Promise<LakeStatus["queues"]> {
  return Promise.all(queueNames.map(async (name) => ({ name, ...(await queue(name).depth()) })));
}

async function readAccounting({ query }: StatusSources, asOfMs: number | null): Promise<Accounting> {
  // Rows received later than the time that the lake shows are not missing, they are not known yet.
  const known = asOfMs === null ? "" : ` where epoch_ms(ingested_at) <= ${asOfMs}`;
  const { rows } = await query(
    `select (select count(*) from raw_bars${known}),
            (select count(*) from (select distinct ${key} from raw_bars${known}) as keys),
            (select count(*) from (${receivedBars}) as received),
            (select count(*) from (select ${key} from quarantine except ${receivedBars}) as only_bad),
            (select count(*) from quarantine),
            (select count(*) from bars where source_key like 'derived:%'),
            (select count(*) from technical_indicators)`,
  );
  const [rawRows, rawKeys, curatedKeys, quarantinedKeys, quarantineRows, derivedBars, indicatorRows] =
    rows[0]!.map(Number) as [number, number, number, number, number, number, number];
  const balanced = rawKeys === curatedKeys + quarantinedKeys;
  return {
    rawRows,
    rawKeys,
    curatedKeys,
    quarantinedKeys,
    quarantineRows,
    derivedBars,
    indicatorRows,
    balanced,
  };
}

async function countObjects(store: ObjectStore, zone: string) {
  let objects = 0;
  let bytes = 0;
  for await (const { sizeBytes } of store.list(zone)) {
    objects++;
    bytes += sizeBytes;
  }
  return { zone, objects, bytes };
}

function toRecords({ columns, rows }: QueryResult): Record<string, QueryValue>[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]!])));
}
