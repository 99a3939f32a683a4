/** What of the work on a lake went wrong and is not mended, and which of its tables cannot be read. */
import type { HealthProblem } from "../../core/health/index.ts";
import type { QueryResult } from "../../core/ports.ts";
import { tables } from "../../core/tables/index.ts";
import type { Parts } from "./parts.ts";
import type { DeadLetter } from "./redrive.ts";

/** What failed longer ago is history. */
const failedMsMax = 86_400_000;

/** One problem per queue. */
export function deadLetterProblems(letters: readonly DeadLetter[]): HealthProblem[] {
  return [...Map.groupBy(letters, ({ queue }) => queue)].map(([queue, ofQueue]) => {
    const which = ofQueue.length === 1 ? "1 dead letter" : `${ofQueue.length} dead letters, the last`;
    const problem = `${which}: ${ofQueue.at(-1)!.cause}; mend the cause, then run "redrive"`;
    return { subject: `queue ${queue}`, problem };
  });
}

/** One problem per stage and series whose last job failed, of the day before `nowMs`; a rebuild that came through mends all. */
export async function failedJobProblems(
  query: (sql: string) => Promise<QueryResult>,
  nowMs: number,
): Promise<HealthProblem[]> {
  const { rows } = await query(
    `with job as (
       select *, case when stage = 'rebuild' and status <> 'failed' then started_at end as rebuilt_at,
              row_number() over (partition by stage, asset_class, "interval", shard order by started_at desc) as age
       from elt_job_log where epoch_ms(started_at) <= ${nowMs}
     )
     select stage, asset_class, "interval", count(*), max_by(detail, started_at)
     from (select *, max(rebuilt_at) over (partition by asset_class, "interval", shard) as mended_at from job)
     where age = 1 and status = 'failed' and epoch_ms(started_at) > ${nowMs - failedMsMax}
       and stage in ('transform', 'indicators', 'rebuild') and (mended_at is null or mended_at < started_at)
     group by 1, 2, 3 order by 1, 2, 3`,
  );
  return rows.map(([stage, assetClass, interval, shards, detail]) => ({
    subject: `${String(stage)} of ${String(assetClass)} ${String(interval)}`,
    problem: `failed${Number(shards) === 1 ? "" : ` for ${Number(shards)} shards`}: ${String(detail)}`,
  }));
}

/**
 * Notes each table with an object whose footer cannot be read. Rows are not read, so that this stays cheap: damage amidst an
 * object shows when somebody reads it.
 */
export async function readFooters(query: (sql: string) => Promise<QueryResult>, parts: Parts): Promise<void> {
  for (const { name } of tables) {
    await parts.read(`table ${name}`, () => query(`select count(*) from ${name}`), null);
  }
}
