/** Progress on long work: one line per piece of work, redrawn at a calm pace. Silent where nobody watches. */
import { untilInterrupted } from "../interrupt.ts";
import type { Terminal } from "../terminal.ts";
import { LiveLine, type ProgressLine } from "./live-line.ts";

export type { ProgressLine };

const redrawMs = 125;
const labelWidthMax = 24;
/** Icon, blanks and margin that the task list adds to a line. */
const frameWidth = 5;

/** Runs `work` with one line for each of `labels`. Lines that it leaves open are closed with it. */
export async function withProgress<T>(
  terminal: Terminal,
  labels: readonly string[],
  unit: string,
  work: (lines: readonly ProgressLine[]) => Promise<T>,
): Promise<T> {
  if (!terminal.isInteractive || labels.length === 0) return work(labels.map(() => silentLine));
  const labelWidth = Math.min(labelWidthMax, Math.max(...labels.map((label) => label.length)));
  const layout = { labelWidth, width: () => terminal.width - frameWidth };
  const lines = labels.map((label) => new LiveLine(label, unit, layout));
  // Loaded here, so that commands without progress do not wait for it.
  const { drawUntilEnded } = await import("./task-list.ts");
  const drawn = drawUntilEnded(lines);
  const timer = setInterval(() => lines.forEach((line) => line.draw()), redrawMs);
  try {
    return await untilInterrupted(work(lines), terminal.interrupt);
  } finally {
    clearInterval(timer);
    for (const line of lines) line.fail(line.isWaiting ? "not started" : "stopped");
    await drawn;
  }
}

const silentLine: ProgressLine = { update: () => {}, done: () => {}, fail: () => {} };
