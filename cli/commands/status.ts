import type { Command } from "commander";
import type { LakeStatus } from "../../local/runtime.ts";
import type { Cli, GlobalOptions } from "../cli.ts";
import { UnreadableLakeError } from "../errors.ts";
import { formatStatus } from "../format/status.ts";
import { tableOrJsonOption } from "../options.ts";

interface StatusOptions extends GlobalOptions {
  readonly format: "table" | "json";
}

const help = `
The books balance where every distinct bar received is either curated or in quarantine. Messages of the dead-letter
queues could not be worked on; their cause is named. While work waits, the next load, extract or rebuild does it.
Ends with 1 where a part cannot be shown, because an object of the lake is damaged: it is named, and the rest is shown.

Examples
  $ npm run -s marketlake -- status
  $ npm run -s marketlake -- status --format json | jq .accounting`;

export function registerStatusCommand(program: Command, cli: Cli): void {
  program
    .command("status")
    .description("Tell what stands in the lake, what waits, what went wrong, and whether the books balance.")
    .addOption(tableOrJsonOption())
    .addHelpText("after", help)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<StatusOptions>();
      const terminal = cli.terminal(options);
      const status = await cli.withLake(options, { create: false }, (lake) => lake.status());
      await terminal.answer(
        options.format === "json" ? [statusJson(status)] : formatStatus(status, terminal.answerLayout),
      );
      if (status.unread.length > 0) throw new UnreadableLakeError(status.unread.length);
    });
}

/** Counts may come as BigInt, which JSON.stringify refuses; none of them is beyond 2^53. */
function statusJson(status: LakeStatus): string {
  return `${JSON.stringify(status, (_, value: unknown) => (typeof value === "bigint" ? Number(value) : value), 2)}\n`;
}
