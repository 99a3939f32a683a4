import type { Command } from "commander";
import { seriesOf, type MarketlakeConfig } from "../../core/config/index.ts";
import { assetClasses, type AssetClass, type Interval } from "../../core/market.ts";
import { planBackfill, planTick, type ProviderPlan, type Wish } from "../../core/plan/index.ts";
import { readLanes } from "../../local/lanes.ts";
import type { Cli, GlobalOptions } from "../cli.ts";
import { loadConfig } from "../config.ts";
import { UsageError } from "../errors.ts";
import { formatPlans } from "../format/plan.ts";
import {
  assetClassOption,
  intervalOption,
  providerId,
  symbolList,
  tableOrJsonOption,
  time,
} from "../options.ts";

export interface WorkOptions extends GlobalOptions {
  readonly assetClass?: AssetClass;
  readonly interval?: Interval;
  readonly provider?: string;
  readonly symbols?: readonly string[];
}

interface PlanOptions extends WorkOptions {
  readonly from?: number;
  readonly to?: number;
  readonly at?: number;
  readonly format: "table" | "json";
}

const help = `
Nothing is asked of anybody. Series and symbols are those of the configuration, unless they are named; the provider is the
first of the market's list that has the series. Budgets that are used already count. Dollars are list prices of AWS
(us-east-1), and what providers.<id>.monthlyUsd says of a subscription.

Examples
  $ npm run -s marketlake -- plan tick
  $ npm run -s marketlake -- plan tick --asset-class stock --interval 15min --provider fmp
  $ npm run -s marketlake -- plan backfill --from 2020-01-01 --asset-class stock --interval 1d --symbols AAPL,MSFT`;

export function registerPlanCommand(program: Command, cli: Cli): void {
  const plan = program
    .command("plan")
    .description("Tell what work asks of each provider in calls, budgets, bytes, minutes and dollars.");
  withWorkOptions(plan.command("tick"))
    .description("What the schedule asks, tick for tick, and whether the providers' plans can carry it.")
    .addHelpText("after", help)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<PlanOptions>();
      const input = await inputOf(options);
      await answer(cli, options, "tick", planTick(input));
    });
  withWorkOptions(plan.command("backfill"))
    .description("What a backfill asks, and when it will be done.")
    .requiredOption("--from <time>", "first bar wanted", time)
    .option("--to <time>", "bars before this time (default: --at)", time)
    .addHelpText("after", help)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<PlanOptions>();
      const input = await inputOf(options);
      const window = { fromMs: options.from!, toMs: options.to ?? input.atMs };
      await answer(cli, options, "backfill", planBackfill({ ...input, window }));
    });
}

function withWorkOptions(command: Command): Command {
  return command
    .addOption(assetClassOption().makeOptionMandatory(false))
    .addOption(intervalOption().makeOptionMandatory(false))
    .option("--provider <id>", "who alone is asked", providerId)
    .option("--symbols <list>", "symbols, comma separated (default: those of the configuration)", symbolList)
    .option("--at <time>", "when the work begins (default: now)", time)
    .addOption(tableOrJsonOption());
}

async function inputOf(options: PlanOptions) {
  const config = loadConfig(options.config);
  const { provider, at: atMs = Date.now() } = options;
  return {
    config,
    wishes: wishesOf(config, options),
    ...(provider === undefined ? {} : { provider }),
    atMs,
    lanes: await readLanes(options.lake),
  };
}

/**
 * The series that are meant: those that are named, else all of the configuration.
 * @throws UsageError where there are no symbols.
 */
export function wishesOf(config: MarketlakeConfig, options: WorkOptions): Wish[] {
  if (options.symbols !== undefined && options.assetClass === undefined) {
    throw new UsageError("--symbols needs --asset-class, which says what they are");
  }
  const wanted = options.assetClass === undefined ? assetClasses : [options.assetClass];
  const wishes = wanted.flatMap((assetClass) => {
    const symbols = options.symbols ?? config.markets[assetClass].symbols;
    const named = options.interval === undefined ? null : [{ assetClass, interval: options.interval }];
    return (named ?? seriesOf(config, assetClass)).map((series) => ({ ...series, symbols }));
  });
  const filled = wishes.filter(({ symbols }) => symbols.length > 0);
  if (filled.length > 0) return filled;
  throw new UsageError(
    'there are no symbols to ask for; name some with --asset-class and --symbols, or in the configuration: {"markets":{"stock":{"symbols":["AAPL"]}}}',
  );
}

async function answer(cli: Cli, options: PlanOptions, kind: "tick" | "backfill", plans: ProviderPlan[]) {
  const terminal = cli.terminal(options);
  await terminal.answer(
    options.format === "json"
      ? [`${JSON.stringify(plans, null, 2)}\n`]
      : formatPlans(plans, kind, terminal.answerLayout),
  );
}
