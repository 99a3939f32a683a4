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
export async function lakeRows(directory: string, except = ""): Promise<Record<string, unknown>> {
  const lake = await LakeRuntime.open(directory, { threads: 0 });
  try {
    const rows: Record<string, unknown> = {};
    for (const table of compared) {
      rows[table] = (await lake.query(`select *${except} from ${table} order by all`)).rows;
    }
    return rows;
  } finally {
    await lake.close();
  }
}

/** Makes loads into the lake `to` continue first attempts of `from`, so that both have the same times of receipt. */
export async function copyFirstAttempts(from: string, to: string): Promise<void> {
  const runs = join("curated", "_state", "runs");
  await cp(join(from, runs), join(to, runs), { recursive: true });
}
