import type { Command } from "commander";
import { TerminalError } from "../../core/errors.ts";
import type { AssetClass, Interval } from "../../core/market.ts";
import { extractRequestSchema, parseRequest, type ExtractRequest } from "../../core/messages/index.ts";
import type { Cli, GlobalOptions } from "../cli.ts";
import { UsageError } from "../errors.ts";
import { assetClassOption, baseUrl, intervalOption, providerId, symbolList, time } from "../options.ts";
import { failOnDeadLetters } from "../steps/dead-letters.ts";
import { drainWithProgress } from "../steps/drain.ts";
import { accountForRuns } from "../steps/account.ts";
import { accountFacts } from "../steps/summary.ts";
import { vendorsAt } from "../steps/vendors.ts";
import { formatFacts } from "../format/index.ts";
import { extractRunId } from "../../core/pipeline/extract.ts";
import { withProgress } from "../progress/progress.ts";

interface ExtractOptions extends GlobalOptions {
  readonly provider?: string;
  readonly baseUrl?: string;
  readonly assetClass: AssetClass;
  readonly interval: Interval;
  readonly symbols?: readonly string[];
  readonly from?: number;
  readonly to?: number;
  readonly at?: number;
}

const help = `
Without --from, everything since the last extract is asked for, less an overlap in which late rows are seen.
Times are dates, or ISO-8601 with a zone: 2026-11-20, 2026-11-20T21:00:00Z. The range is half-open: --to is excluded.
The run is named after --at: the same command with the same --at repeats the run and changes nothing.

Examples
  $ npm run -s marketlake -- extract --provider synthetic --asset-class stock --interval 15min
  $ npm run -s marketlake -- extract --provider synthetic --asset-class crypto --interval 1d --from 2025-01-01
  $ npm run -s marketlake -- extract --provider yahoo --symbols AAPL,MSFT --interval 15min`;

export function registerExtractCommand(program: Command, cli: Cli): void {
  program
    .command("extract")
    .description("Ask a provider for the bars that are missing, and bring the lake up to date with them.")
    .option("--provider <id>", "who alone is asked (default: the chain in the lake's settings)", providerId)
    .addOption(
      assetClassOption()
        .default("stock" satisfies AssetClass)
        .makeOptionMandatory(false),
    )
    .addOption(intervalOption())
    .option("--base-url <url>", "address to ask instead of the provider's own", baseUrl)
    .option("--symbols <list>", "symbols, comma separated (default: all that the provider knows)", symbolList)
    .option("--from <time>", "first bar wanted", time)
    .option("--to <time>", "bars before this time (default: --at)", time)
    .option("--at <time>", "business time of the run (default: now)", time)
    .addHelpText("after", help)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ExtractOptions>();
      const request = requestOf(options, Date.now());
      const terminal = cli.terminal(options);
      await cli.withLakeFinishing(options, { create: true, ...vendorsAt(options) }, async (lake) => {
        const startedMs = performance.now();
        const label = `${request.assetClass} ${request.interval}`;
        const extracted = await withProgress(terminal, [label], "rows", async ([line]) => {
          line!.update({ fraction: null, amount: 0 });
          const result = await lake.extract(request);
          line!.done(result.rowsIn);
          return result;
        });
        await drainWithProgress(lake, terminal);
        const elapsedMs = performance.now() - startedMs;
        const runIds = [extractRunId(request)];
        const account = await accountForRuns(lake, runIds);
        const source = request.provider === undefined ? "the chain" : `provider ${request.provider}`;
        await terminal.answer(
          formatFacts(
            accountFacts({ received: extracted.rowsIn, source, account, elapsedMs }),
            terminal.answerLayout,
          ),
        );
        await failOnDeadLetters(lake, runIds);
        const { note, unanswered } = extracted;
        if (note !== undefined && unanswered.length > 0) throw new TerminalError(note);
        if (note !== undefined) terminal.say(note);
      });
    });
}

/** @throws UsageError for an empty range. */
export function requestOf(options: ExtractOptions, nowMs: number): ExtractRequest {
  const { provider, assetClass, interval, symbols, from, to, at = nowMs } = options;
  if (to !== undefined && from === undefined) {
    throw new UsageError("--to needs --from; without them everything since the last extract is asked for");
  }
  const window = from === undefined ? undefined : { fromMs: from, toMs: to ?? at };
  if (window !== undefined && window.fromMs >= window.toMs) {
    throw new UsageError(
      `the range from "${new Date(window.fromMs).toISOString()}" to "${new Date(window.toMs).toISOString()}" holds no bar; expected --from before --to`,
    );
  }
  return parseRequest(extractRequestSchema, {
    version: 1,
    kind: "extract",
    ...(provider === undefined ? {} : { provider }),
    assetClass,
    interval,
    scheduledTime: new Date(at).toISOString(),
    trigger: "cli",
    ...(symbols === undefined ? {} : { symbols }),
    ...(window === undefined ? {} : { window }),
  });
}
