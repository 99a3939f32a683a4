import { cp } from "node:fs/promises";
import { join } from "node:path";
import { LakeRuntime } from "../../local/runtime.ts";

/** Everything that the pipeline makes of raw rows, and the raw rows. The job log tells what was done how often. */
const compared = [
  "raw_bars",
  "bars_daily",
  "bars_intraday",
  "indicators_daily",
  "indicators_intraday",
  "quarantine",
];

/** The rows of a lake, all columns, ordered. Two lakes with the same history have the same. */
export async function lakeRows(directory: string): Promise<Record<string, unknown>> {
  const lake = await LakeRuntime.open(directory, { threads: 0 });
  try {
    const rows: Record<string, unknown> = {};
    for (const table of compared) {
      rows[table] = (await lake.query(`select * from ${table} order by all`)).rows;
    }
    return rows;
  } finally {
    await lake.close();
  }
}

/**
 * Makes an empty lake whose loads continue first attempts of the lake `from`, so that both have the same times of
 * receipt, and which need not work out the wiring again.
 */
export async function continueFirstAttempts(from: string, to: string): Promise<void> {
  for (const part of [join("curated", "_state", "runs"), join(".state", "cache")]) {
    await cp(join(from, part), join(to, part), { recursive: true });
  }
}
