/** Loading files with progress: the raw zone first, then everything that follows from it. */
import { basename } from "node:path";
import { describeError, TerminalError } from "../../core/errors.ts";
import type { LakeRuntime, LoadFile, LoadOutcome } from "../../local/runtime.ts";
import { count } from "../format/index.ts";
import { withProgress } from "../progress/progress.ts";
import type { Terminal } from "../terminal.ts";

/** Errors of one file that are printed; the rest is counted, and all are in quarantine. */
const errorsShown = 5;

/** Loads `files` in groups: a group begins when the one before it is in the raw zone, so that its rows are newer. */
export async function loadWithProgress(
  lake: LakeRuntime,
  terminal: Terminal,
  groups: readonly (readonly LoadFile[])[],
): Promise<LoadOutcome[]> {
  const files = groups.flat();
  const labels = files.map(({ path }) => basename(path));
  return withProgress(terminal, labels, "rows", async (lines) => {
    const lineOf = (path: string) => lines[files.findIndex((file) => file.path === path)]!;
    const outcomes: LoadOutcome[] = [];
    for (const group of groups) {
      const loaded = await lake.load(
        group,
        (progress) => {
          if (progress.kind !== "load") return;
          const { receivedBytes, sizeBytes, rows } = progress;
          lineOf(progress.path).update({
            fraction: sizeBytes === 0 ? null : receivedBytes / sizeBytes,
            amount: rows,
          });
        },
        (outcome) => {
          const line = lineOf(outcome.file.path);
          if ("error" in outcome) line.fail(describeError(outcome.error));
          else line.done(outcome.result.rowsIn);
        },
      );
      outcomes.push(...loaded);
    }
    return outcomes;
  });
}

/**
 * Tells on stderr what is wrong with the rows of files.
 * @throws TerminalError where a file could not be loaded wholly.
 */
export function failOnTrouble(outcomes: readonly LoadOutcome[], terminal: Terminal): void {
  const troubles = outcomes.map(troubleOf).filter((trouble) => trouble !== null);
  if (troubles.length === 0) return;
  for (const { details } of troubles) for (const detail of details) terminal.complain(detail);
  if (outcomes.length === 1) throw new TerminalError(troubles[0]!.problem);
  for (const { problem } of troubles) terminal.complain(problem);
  throw new TerminalError(
    `${troubles.length} of ${outcomes.length} files had problems; the others are loaded`,
  );
}

function troubleOf(outcome: LoadOutcome): { problem: string; details: readonly string[] } | null {
  if ("error" in outcome) return { problem: describeError(outcome.error), details: [] };
  const { firstErrors, unreadableRows, brokenOff, rowsIn } = outcome.result;
  if (unreadableRows === 0 && brokenOff === null) return null;
  const { path } = outcome.file;
  const details = firstErrors.slice(0, errorsShown).map(({ problem }) => `${path}: ${problem}`);
  const more = unreadableRows - details.length;
  const problems: string[] = [];
  if (unreadableRows > 0) {
    problems.push(
      `"${path}" has ${count(unreadableRows)} unreadable ${unreadableRows === 1 ? "row" : "rows"} of ${count(rowsIn)}; the others are loaded, these are kept in quarantine until the file is mended and loaded again`,
    );
  }
  if (brokenOff !== null) problems.push(`"${path}" is loaded up to row ${count(rowsIn)} only: ${brokenOff}`);
  return {
    problem: problems.join("; "),
    details: more > 0 ? [...details, `… and ${count(more)} more`] : details,
  };
}
