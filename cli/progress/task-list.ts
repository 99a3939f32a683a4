/** How lines of progress are drawn: listr2's renderer on stderr, with quiet lines for work that has not begun. */
import {
  DefaultRenderer,
  Listr,
  ListrLogger,
  ProcessOutput,
  type ListrDefaultRendererLogLevels,
} from "listr2";
import type { LiveLine } from "./live-line.ts";

/** Draws the lines until all of them have ended; resolves then. Takes over stderr meanwhile. */
export async function drawUntilEnded(lines: readonly LiveLine[]): Promise<void> {
  const isWaiting = (title: string | undefined) =>
    lines.some((line) => line.isWaiting && line.text === title);

  class StderrRenderer extends DefaultRenderer {
    // Whether anybody watches is decided by stderr, before this is used; stdout may well be a pipe.
    static override nonTTY = true;

    protected override style(...[task, output]: Parameters<DefaultRenderer["style"]>): string {
      return isWaiting(task.title) ? " " : super.style(task, output);
    }
  }

  const tasks = lines.map((line) => ({
    title: line.text,
    task: async (_: unknown, task: { title: string }) => {
      line.onChange((text) => (task.title = text));
      await line.ended;
    },
  }));
  const list = new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    // Interrupts are the CLI's business: it also closes the lake.
    registerSignalListeners: false,
    renderer: StderrRenderer,
    rendererOptions: {
      formatOutput: "truncate",
      logger: new ListrLogger<ListrDefaultRendererLogLevels>({
        processOutput: new ProcessOutput(process.stderr, process.stderr),
      }),
    },
  });
  await list.run();
}
