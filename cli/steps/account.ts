/** Where the rows of some runs ended up. */
import type { LakeRuntime } from "../../local/runtime.ts";

export interface RunAccount {
  /** Rows of these runs that are the current version of their bar. */
  readonly curated: number;
  readonly quarantined: number;
  /** Quarantined rows by reason codes, most frequent first. */
  readonly reasons: readonly { readonly codes: string; readonly rows: number }[];
}

export async function accountForRuns(
  lake: Pick<LakeRuntime, "query">,
  runIds: readonly string[],
): Promise<RunAccount> {
  if (runIds.length === 0) return { curated: 0, quarantined: 0, reasons: [] };
  const named = `run_id in (${runIds.map(() => "?").join(", ")})`;
  const bars = await lake.query(`select count(*) from bars where ${named}`, runIds);
  const bad = await lake.query(
    `select reason_codes, count(*) from quarantine where ${named} group by 1 order by 2 desc, 1`,
    runIds,
  );
  const reasons = bad.rows.map(([codes, rows]) => ({ codes: String(codes), rows: Number(rows) }));
  return {
    curated: Number(bars.rows[0]![0]),
    quarantined: reasons.reduce((sum, { rows }) => sum + rows, 0),
    reasons,
  };
}
