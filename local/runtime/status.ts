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

export interface LakeStatus {
  readonly lake: string;
  /** ISO time where the lake was rebuilt as of a time in the past, else null. */
  readonly asOf: string | null;
  readonly accounting: Accounting;
  readonly series: readonly Record<string, QueryValue>[];
  /** Watched series first. Of the others nobody has said that they are to be kept current. */
  readonly freshness: readonly (SeriesFreshness & { readonly watched: boolean })[];
  /** Of providers and watched series. */
  readonly problems: readonly HealthProblem[];
  readonly providers: readonly ProviderStatus[];
  readonly quarantine: readonly Record<string, QueryValue>[];
  readonly queues: readonly { readonly name: string; readonly visible: number; readonly inFlight: number }[];
  readonly deadLetters: readonly { readonly queue: string; readonly cause: string; readonly body: string }[];
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
  readonly queues: readonly {
    readonly name: string;
    readonly isDeadLetterQueue: boolean;
    readonly queue: SqliteWorkQueue;
  }[];
  readonly asOfMs: number | null;
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
const jobsShown = 10;
const deadLettersShown = 20;

export async function readStatus(sources: StatusSources): Promise<LakeStatus> {
  const rows = async (sql: string) => toRecords(await sources.query(sql));
  const { store, query, watched } = sources;
  const { settings } = sources.lake;
  const { report, unwatched } = await readHealth({
    store,
    query,
    settings,
    watched,
    nowMs: systemClock.nowMs(),
  });
  return {
    lake: sources.lake.directory,
    asOf: sources.asOfMs === null ? null : new Date(sources.asOfMs).toISOString(),
    accounting: await readAccounting(sources),
    series: await rows(seriesSql),
    freshness: [
      ...report.freshness.map((series) => ({ ...series, watched: true })),
      ...unwatched.map((series) => ({ ...series, watched: false })),
    ],
    problems: report.problems,
    providers: report.providers,
    quarantine: await rows(
      `select asset_class, "interval", reason_codes, count(*) as "rows" from quarantine group by 1, 2, 3 order by 1, 2, 3`,
    ),
    queues: await Promise.all(
      sources.queues.map(async ({ name, queue }) => ({ name, ...(await queue.depth()) })),
    ),
    deadLetters: sources.queues
      .filter(({ isDeadLetterQueue }) => isDeadLetterQueue)
      .flatMap(({ name, queue }) =>
        queue
          .peek(deadLettersShown)
          .map(({ body, attributes }) => ({ queue: name, cause: attributes["cause"] ?? "unknown", body })),
      ),
    objects: await Promise.all(["raw/", "curated/"].map((zone) => countObjects(sources.store, zone))),
    jobs: await rows(
      `select started_at, stage, asset_class, "interval", shard, status, rows_in, rows_out, rows_rejected, duration_ms, detail, run_id
       from elt_job_log order by started_at desc, stage, shard limit ${jobsShown}`,
    ),
  };
}

async function readAccounting({ query, asOfMs }: StatusSources): Promise<Accounting> {
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
