/** TA-Lib's C library as a benchmark subject, in a Python process that stays alive between rounds. */
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Subject } from "./harness.ts";

const script = fileURLToPath(new URL("talib_worker.py", import.meta.url));

export interface TalibWorker {
  /** 8 calls for 12 columns, or 12 calls for 16, over all series. A round trip to the process is about 0.1 ms. */
  subject(columns: 12 | 16): Subject;
  stop(): void;
}

/** Null where neither `MARKETLAKE_PYTHON` nor `python3` has TA-Lib. The arrays hold series after series. */
export async function startTalib(
  seriesCount: number,
  barsPerSeries: number,
  { close, high, low }: Readonly<Record<"close" | "high" | "low", Float64Array>>,
): Promise<TalibWorker | null> {
  const python = process.env["MARKETLAKE_PYTHON"] ?? "python3";
  if (spawnSync(python, ["-c", "import talib"]).status !== 0) return null;
  const worker = spawn(python, [script, String(seriesCount), String(barsPerSeries)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers = createInterface({ input: worker.stdout })[Symbol.asyncIterator]();
  for (const column of [close, high, low]) worker.stdin.write(new Uint8Array(column.buffer));
  await answers.next();
  return {
    subject: (columns) => async () => {
      worker.stdin.write(`${columns}\n`);
      await answers.next();
    },
    stop: () => worker.stdin.end(),
  };
}
