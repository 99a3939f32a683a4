import type { Command } from "commander";
import { pollEveryMsMin } from "../../core/schedule/pacing.ts";
import type { Appointment } from "../../local/scheduler/index.ts";
import type { Cli, GlobalOptions } from "../cli.ts";
import { loadConfig } from "../config.ts";
import { EventLog, utcMoment } from "../format/events.ts";
import { formatFacts } from "../format/index.ts";
import { pollLine, PollTotals, streamIntroduction, streamName } from "../format/polls.ts";
import {
  assetClassOption,
  baseUrl,
  interval,
  pollInterval,
  providerId,
  symbolList,
  time,
} from "../options.ts";
import { keepUntilStopped } from "../steps/keep.ts";
import { streamsOf, type StreamOptions } from "../steps/streams.ts";
import { vendorsAt } from "../steps/vendors.ts";
import type { Terminal } from "../terminal.ts";

interface StreamCommandOptions extends GlobalOptions, StreamOptions {
  readonly baseUrl?: string;
  readonly until?: number;
}

const help = `
Markets and symbols are those of the configuration, unless they are named. Polls come twice as fast in the first and last
quarter of an hour of a session, slow down step by step to a quarter of the pace while nothing new comes, rest while the
market is closed, and spread what budgets allow over the session. Ctrl-C finishes what has been begun. Times are UTC.

Examples
  $ npm run -s marketlake -- stream --interval 5
  $ npm run -s marketlake -- stream --provider yahoo --symbols AAPL,MSFT --bars 5min --interval 30s
  $ npm run -s marketlake -- stream --provider synthetic --asset-class crypto --interval 1`;

export function registerStreamCommand(program: Command, cli: Cli): void {
  program
    .command("stream")
    .description("Poll markets while they are open, and keep the lake current.")
    .option(
      "--interval <time>",
      `how often: 5 or 5min, 30s, 1h; at least ${pollEveryMsMin / 1_000}s (default: a third of the bars' length)`,
      pollInterval,
    )
    .addOption(assetClassOption().makeOptionMandatory(false))
    .option("--bars <interval>", "length of the bars (default: the configured intraday bars)", interval)
    .option("--provider <id>", "who alone is asked (default: the configured chain)", providerId)
    .option("--base-url <url>", "address to ask instead of the provider's own", baseUrl)
    .option("--symbols <list>", "symbols, comma separated (default: those of the configuration)", symbolList)
    .option("--until <time>", "end by itself", time)
    .addHelpText("after", help)
    .action((_: unknown, command: Command) => stream(cli, command.optsWithGlobals<StreamCommandOptions>()));
}

async function stream(cli: Cli, options: StreamCommandOptions): Promise<void> {
  const streams = streamsOf(loadConfig(options.config), options);
  const terminal = cli.terminal(options);
  await cli.withLakeUntilStopped(
    options,
    { create: true, polls: true, ...vendorsAt(options) },
    async (lake) => {
      const { keepStreams } = await import("../../local/scheduler/index.ts");
      const log = new EventLog(streams.map(streamName), terminal.answerLayout);
      const totals = new PollTotals();
      const startedMs = performance.now();
      const polled = new Set<string>();
      const onIdle = firstWait(terminal, (name) => polled.has(name));
      for (const each of streams) terminal.say(streamIntroduction(each));
      await keepUntilStopped(lake, terminal, (signal) => {
        const untilMs = options.until === undefined ? {} : { untilMs: options.until };
        return keepStreams(lake, streams, { signal, ...untilMs, onIdle }, (event) => {
          polled.add(streamName(event.stream));
          totals.add(event);
          void terminal.answer(log.lines(pollLine(event)));
        });
      });
      const facts = totals.facts(performance.now() - startedMs);
      await terminal.answer(formatFacts(facts, terminal.answerLayout));
    },
  );
}

/** Says which markets are closed before they are polled for the first time; then the line of each poll tells what comes next. */
function firstWait(terminal: Terminal, hasPolled: (name: string) => boolean) {
  const told = new Set<string>();
  return (next: readonly Appointment[]): void => {
    const nowMs = Date.now();
    for (const { name, atMs } of next.filter((each) => !told.has(each.name) && !hasPolled(each.name))) {
      told.add(name);
      terminal.say(`${name}: market closed until ${utcMoment(atMs, nowMs)}`);
    }
  };
}
