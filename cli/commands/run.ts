import type { Command } from "commander";
import { TransientError } from "../../core/errors.ts";
import type { LakeRuntime } from "../../local/runtime.ts";
import type { TickEvent } from "../../local/scheduler/index.ts";
import type { Cli, GlobalOptions } from "../cli.ts";
import { UsageError } from "../errors.ts";
import { EventLog } from "../format/events.ts";
import { formatFacts } from "../format/index.ts";
import { nextText, skippedText, tickLine, TickTotals, wasSkipped } from "../format/ticks.ts";
import { wrap } from "../format/wrap.ts";
import { time } from "../options.ts";
import { keepUntilStopped } from "../steps/keep.ts";
import type { Terminal } from "../terminal.ts";

interface RunOptions extends GlobalOptions {
  readonly until?: number;
  readonly once?: true;
}

/** What comes next is told before longer waits only. */
const toldWaitMsMin = 60_000;

const help = `
The schedules are those of the deployment: each market's bars in its session and after its close, in its time zone. What was
missed while nothing ran is made up for first, once per schedule; so is what is missed while the machine sleeps. Ticks of
closed markets are skipped and stand in the job log. Without symbols in the configuration, prices are generated. Ctrl-C
finishes what has been begun. Times are UTC.

Examples
  $ npm run -s marketlake -- run
  $ npm run -s marketlake -- run --once
  $ npm run -s marketlake -- run --until 2026-11-21T21:30:00Z`;

export function registerRunCommand(program: Command, cli: Cli): void {
  program
    .command("run")
    .description("Keep the lake current by the schedules of its markets, until you stop it.")
    .option("--once", "make up for what was missed, and end")
    .option("--until <time>", "end by itself", time)
    .addHelpText("after", help)
    .action((_: unknown, command: Command) => run(cli, command.optsWithGlobals<RunOptions>()));
}

async function run(cli: Cli, options: RunOptions): Promise<void> {
  if (options.once === true && options.until !== undefined) {
    throw new UsageError(
      "--once ends when nothing is missing any more, and --until at a time; name one of them",
    );
  }
  const terminal = cli.terminal(options);
  await cli.withLakeUntilStopped(options, { create: true, polls: true }, async (lake) => {
    const { keepSchedules } = await import("../../local/scheduler/index.ts");
    if (lake.schedules.length === 0)
      throw new UsageError("no market is scheduled; name symbols in the configuration");
    if (areGenerated(lake)) {
      terminal.say('prices are generated, as no symbols are configured ("marketlake help run" tells more)');
    }
    const events = new TickLines(lake, terminal);
    const startedMs = performance.now();
    const untilMs = options.once === true ? Date.now() : options.until;
    await keepUntilStopped(lake, terminal, (signal) =>
      keepSchedules(
        lake,
        {
          signal,
          ...(untilMs === undefined ? {} : { untilMs }),
          onIdle: (next) => {
            events.flush();
            if ((next[0]?.atMs ?? Infinity) - Date.now() < toldWaitMsMin) return;
            for (const line of wrap(nextText(next, Date.now()), terminal.width))
              terminal.say(terminal.styles.dim(line));
          },
        },
        (event) => events.add(event),
      ),
    );
    events.flush();
    const facts = events.totals.facts(performance.now() - startedMs);
    await terminal.answer(formatFacts(facts, terminal.answerLayout));
    if (options.once === true) failOn(events.totals.incomplete);
  });
}

/** Whoever lets it run sees failures as they come and go; whoever asks for one pass is told by the exit code. */
function failOn(incomplete: number): void {
  if (incomplete === 0) return;
  throw new TransientError(
    `${incomplete} ${incomplete === 1 ? "tick" : "ticks"} failed or stayed without answer ("status" tells why); the same command tries them again`,
  );
}

/** Prints ticks as they end; those that were skipped together, before anything else is said. */
class TickLines {
  readonly totals = new TickTotals();
  readonly #terminal: Terminal;
  readonly #log: EventLog;
  #skipped: TickEvent[] = [];

  constructor(lake: LakeRuntime, terminal: Terminal) {
    this.#terminal = terminal;
    this.#log = new EventLog(
      lake.schedules.map(({ name }) => name),
      terminal.answerLayout,
    );
  }

  add(event: TickEvent): void {
    this.totals.add(event);
    if (wasSkipped(event)) {
      this.#skipped.push(event);
      return;
    }
    this.flush();
    void this.#terminal.answer(this.#log.lines(tickLine(event)));
  }

  flush(): void {
    if (this.#skipped.length === 0) return;
    for (const line of wrap(skippedText(this.#skipped), this.#terminal.width)) {
      this.#terminal.say(this.#terminal.styles.dim(line));
    }
    this.#skipped = [];
  }
}

/** As in a stage without configured symbols, whose schedules ask the generator by name. */
const areGenerated = ({ schedules }: LakeRuntime): boolean =>
  schedules.every(({ input }) => (input as { provider?: unknown }).provider === "synthetic");
