import type { Command } from "commander";
import { TransientError } from "../../core/errors.ts";
import type { BackfillResult } from "../../core/pipeline/backfill.ts";
import type { Wish } from "../../core/plan/index.ts";
import type { LakeRuntime } from "../../local/runtime.ts";
import type { Cli } from "../cli.ts";
import { loadConfig } from "../config.ts";
import { UsageError } from "../errors.ts";
import { utcMoment } from "../format/events.ts";
import { count, duration, formatFacts, type Fact } from "../format/index.ts";
import { time } from "../options.ts";
import { withProgress } from "../progress/progress.ts";
import type { Terminal } from "../terminal.ts";
import { drainWithProgress } from "../steps/drain.ts";
import { wishesOf, withWorkOptions, type WorkOptions } from "../steps/wishes.ts";

interface BackfillOptions extends WorkOptions {
  readonly from: number;
  readonly to: number;
  readonly gaps?: boolean;
}

const help = `
Series and symbols are those of the configuration, unless they are named. What is done is kept: the same command goes on
where it was cut off, or where a provider's budget was used up. "plan backfill" tells beforehand what it takes.
With --gaps, only bars are asked for that the market's calendar expects and the lake has not.

Examples
  $ npm run -s marketlake -- backfill --from 2020-01-01 --to 2026-11-20
  $ npm run -s marketlake -- backfill --from 2026-10-01 --to 2026-11-20 --asset-class stock --interval 15min --provider yahoo --symbols AAPL,MSFT
  $ npm run -s marketlake -- backfill --gaps --from 2026-01-01 --to 2026-11-20 --asset-class stock`;

export function registerBackfillCommand(program: Command, cli: Cli): void {
  withWorkOptions(program.command("backfill"))
    .description("Fill a stretch of history, within the budgets of the providers.")
    .requiredOption("--from <time>", "first bar wanted", time)
    .requiredOption("--to <time>", "bars before this time", time)
    .option("--gaps", "only what the lake misses")
    .addHelpText("after", help)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<BackfillOptions>();
      if (options.from >= options.to)
        throw new UsageError("the range holds no bar; expected --from before --to");
      const wishes = wishesOf(loadConfig(options.config), options);
      const terminal = cli.terminal(options);
      await cli.withLakeFinishing(options, { create: true }, async (lake) => {
        const startedMs = performance.now();
        const results = await fill(lake, terminal, wishes, options);
        await drainWithProgress(lake, terminal);
        const missing = options.gaps === true ? await missingAfter(lake, wishes, options) : null;
        const elapsedMs = performance.now() - startedMs;
        const facts = [
          ...results.flatMap((result, index) =>
            factsOf(labelOf(wishes[index]!), result, missing?.[index] ?? null),
          ),
          { label: "time", value: duration(elapsedMs) },
        ];
        await terminal.answer(formatFacts(facts, terminal.answerLayout));
        // Whoever stops it knows that something is left.
        if (!terminal.interrupt.aborted) failOnRest(results);
      });
    });
}

/** @throws TransientError where symbols are left, with the time from which on there is a point in going on. */
function failOnRest(results: readonly BackfillResult[]): void {
  const left = results.reduce((sum, result) => sum + result.left.length, 0);
  if (left === 0) return;
  const times = results.map(({ resumesAtMs }) => resumesAtMs).filter((tsMs) => tsMs !== null);
  const why =
    times.length === 0
      ? 'as providers did not answer ("status" tells why)'
      : `and no provider may be asked until ${utcMoment(Math.min(...times), Date.now())} UTC ("status" tells why)`;
  const what = left === 1 ? "1 symbol is" : `${count(left)} symbols are`;
  throw new TransientError(
    `${what} left, ${why}; the same command goes on with ${left === 1 ? "it" : "them"}`,
  );
}

/** One series after the other, for they share the providers' budgets. */
async function fill(
  lake: LakeRuntime,
  terminal: Terminal,
  wishes: readonly Wish[],
  { provider, from: fromMs, to: toMs, gaps = false }: BackfillOptions,
): Promise<BackfillResult[]> {
  return withProgress(terminal, wishes.map(labelOf), "symbols", async (lines) => {
    const results: BackfillResult[] = [];
    for (const [index, wish] of wishes.entries()) {
      const line = lines[index]!;
      line.update({ fraction: null, amount: 0 });
      const asked = {
        ...(provider === undefined ? {} : { provider }),
        ...(gaps ? { only: "gaps" as const } : {}),
      };
      const result = await lake.backfill({ ...wish, ...asked, fromMs, toMs }, ({ done, share }) =>
        line.update({ fraction: share, amount: done }),
      );
      if (result.left.length === 0) line.done(result.done);
      else line.fail(`${count(result.left.length)} ${result.left.length === 1 ? "symbol" : "symbols"} left`);
      results.push(result);
    }
    return results;
  });
}

function missingAfter(
  lake: LakeRuntime,
  wishes: readonly Wish[],
  { from: fromMs, to: toMs }: BackfillOptions,
): Promise<Missing[]> {
  return Promise.all(
    wishes.map(async (wish) => {
      const gaps = await lake.missing({ ...wish, fromMs, toMs });
      return { symbols: gaps.length, bars: gaps.reduce((sum, { missingBars }) => sum + missingBars, 0) };
    }),
  );
}

type Missing = NonNullable<BackfillResult["missing"]>;

/** @param stillMissing null where nobody looked for gaps */
function factsOf(
  label: string,
  { done, total, share, rows, reachMs, missing }: BackfillResult,
  stillMissing: Missing | null,
): Fact[] {
  const way = share < 1 ? `${Math.floor(100 * share)} % of the way, ` : "";
  const received = {
    label,
    value: rows,
    remark: `rows received now; ${way}${done} of ${total} symbols done`,
  };
  const beyond =
    reachMs === null
      ? []
      : [
          {
            label: "",
            value: "none",
            remark: `of before ${utcDay(reachMs)}: no provider asked has them any more`,
          },
        ];
  if (missing === null || stillMissing === null) return [received, ...beyond];
  if (missing.bars === 0) return [{ label, value: 0, remark: "bars were missing" }];
  const bars = ({ symbols }: Missing) => (symbols === 0 ? "bars" : `bars of ${count(symbols)} symbols`);
  return [
    { label, value: missing.bars, remark: `${bars(missing)} were missing` },
    { label: "", value: Math.max(0, missing.bars - stillMissing.bars), remark: "of them came" },
    { label: "", value: stillMissing.bars, remark: `${bars(stillMissing)} are missing still` },
    ...beyond,
  ];
}

const utcDay = (tsMs: number) => new Date(tsMs).toISOString().slice(0, 10);

const labelOf = ({ assetClass, interval }: Wish) => `${assetClass} ${interval}`;
