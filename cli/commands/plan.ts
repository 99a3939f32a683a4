import type { Command } from "commander";
import { planBackfill, planTick, type ProviderPlan } from "../../core/plan/index.ts";
import { readLanes } from "../../core/providers/resilience/index.ts";
import { FileObjectStore } from "../../local/files/file-object-store.ts";
import type { Cli } from "../cli.ts";
import { loadConfig } from "../config.ts";
import { UsageError } from "../errors.ts";
import { formatPlans } from "../format/plan.ts";
import { tableOrJsonOption, time } from "../options.ts";
import { wishesOf, withWorkOptions, type WorkOptions } from "../steps/wishes.ts";

interface PlanOptions extends WorkOptions {
  readonly stage?: string;
  readonly from?: number;
  readonly to?: number;
  readonly at?: number;
  readonly format: "table" | "json";
}

const help = `
Nothing is asked of anybody. Series and symbols are those of the configuration, unless they are named; the provider is the
first of the market's list that has the series. Beside ticks the refresh of maintenance.refresh is counted; gaps are not, as
they cost nothing where nothing is missing. Budgets that are used already count. Dollars are list prices of AWS
(us-east-1), and what providers.<id>.monthlyUsd says of a subscription.

Examples
  $ npm run -s marketlake -- plan tick
  $ npm run -s marketlake -- plan tick --asset-class stock --interval 15min --provider fmp
  $ npm run -s marketlake -- plan backfill --from 2020-01-01 --asset-class stock --interval 1d --symbols AAPL,MSFT`;

export function registerPlanCommand(program: Command, cli: Cli): void {
  const plan = program
    .command("plan")
    .description("Tell what work asks of each provider in calls, budgets, bytes, minutes and dollars.");
  withPlanOptions(plan.command("tick"))
    .description(
      "What the schedules ask, ticks and refreshes, and whether the providers' plans can carry it.",
    )
    .addHelpText("after", help)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<PlanOptions>();
      const input = await inputOf(options);
      await answer(cli, options, "tick", planTick(input));
    });
  withPlanOptions(plan.command("backfill"))
    .description("What a backfill asks, and when it will be done.")
    .requiredOption("--from <time>", "first bar wanted", time)
    .option("--to <time>", "bars before this time (default: --at)", time)
    .addHelpText("after", help)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<PlanOptions>();
      const input = await inputOf(options);
      const window = { fromMs: options.from!, toMs: options.to ?? input.atMs };
      if (window.fromMs >= window.toMs) {
        throw new UsageError("the range holds no bar; expected --from before --to");
      }
      await answer(cli, options, "backfill", planBackfill({ ...input, window }));
    });
}

function withPlanOptions(command: Command): Command {
  return withWorkOptions(command)
    .option("--stage <name>", "stage of the configuration (default: that of this machine)")
    .option("--at <time>", "when the work begins (default: now)", time)
    .addOption(tableOrJsonOption());
}

async function inputOf(options: PlanOptions) {
  const config = loadConfig(options.config, options.stage);
  const { provider, at: atMs = Date.now() } = options;
  return {
    config,
    wishes: wishesOf(config, options),
    ...(provider === undefined ? {} : { provider }),
    atMs,
    lanes: await readLanes(new FileObjectStore(options.lake)),
  };
}

async function answer(cli: Cli, options: PlanOptions, kind: "tick" | "backfill", plans: ProviderPlan[]) {
  const terminal = cli.terminal(options);
  await terminal.answer(
    options.format === "json"
      ? [`${JSON.stringify(plans, null, 2)}\n`]
      : formatPlans(plans, kind, terminal.answerLayout),
  );
}
