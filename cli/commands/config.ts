import type { Command } from "commander";
import {
  checkConfig,
  defaultConfig,
  keysNeeded,
  problemLines,
  readConfig,
  vendorSettingsOf,
  type ConfigProblem,
} from "../../core/config/index.ts";
import { ConfigError, describeError } from "../../core/errors.ts";
import { createProviders } from "../../core/providers/registry.ts";
import { findConfigFile } from "../../local/config-file.ts";
import { EnvSecretStore } from "../../local/env-secret-store.ts";
import type { Cli, GlobalOptions } from "../cli.ts";
import { loadConfig } from "../config.ts";

const checkHelp = `
Every mistake is named with its place in the file. Whether keys are set is checked too; none is ever shown.

Examples
  $ npm run -s marketlake -- config check
  $ npm run -s marketlake -- config check --config production.json`;

const showHelp = `
What the file says, completed with the defaults: as such it is a file that works and names everything that can be set.

Examples
  $ npm run -s marketlake -- config show > marketlake.config.json
  $ npm run -s marketlake -- config show | jq .providers.fmp`;

export function registerConfigCommand(program: Command, cli: Cli): void {
  const config = program
    .command("config")
    .description("The file that says which symbols are kept current, by whom, and on which plans.");
  config
    .command("check")
    .description("Tell whether the configuration works, and if not, why.")
    .addHelpText("after", checkHelp)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await check(cli, options);
    });
  config
    .command("show")
    .description("Print the whole configuration in force, defaults included, as JSON.")
    .addHelpText("after", showHelp)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const text = JSON.stringify(loadConfig(options.config), null, 2);
      await cli.terminal(options).answer([`${text}\n`]);
    });
}

/** @throws ConfigError for a configuration that cannot work. */
async function check(cli: Cli, options: GlobalOptions): Promise<void> {
  const terminal = cli.terminal(options);
  const file = findConfigFile(options.config, process.cwd());
  const read = file === null ? { config: defaultConfig, problems: [] } : readConfig(file.text);
  const name = file === null ? "defaults (there is no marketlake.config.json here)" : file.path;
  if (read.config === null) throw cannotWork(name, read.problems);
  const providers = createProviders({ vendors: vendorSettingsOf(read.config) });
  const { problems, warnings } = checkConfig(read.config, providers);
  const missingKeys = await keyProblems(read.config);
  if (problems.length + missingKeys.length > 0) throw cannotWork(name, [...problems, ...missingKeys]);
  if (warnings.length > 0) terminal.say(`worth a look:\n${problemLines(warnings)}`);
  const symbols = Object.values(read.config.markets).reduce((sum, market) => sum + market.symbols.length, 0);
  await terminal.answer([`${name}: works; ${symbols} ${symbols === 1 ? "symbol" : "symbols"}\n`]);
}

async function keyProblems(config: typeof defaultConfig): Promise<ConfigProblem[]> {
  const secrets = new EnvSecretStore();
  const problems = await Promise.all(
    keysNeeded(config).map(({ provider, secret }) =>
      secrets.get(secret).then(
        () => [],
        (error: unknown) => [{ path: `providers.${provider}`, message: describeError(error) }],
      ),
    ),
  );
  return problems.flat();
}

const cannotWork = (name: string, problems: readonly ConfigProblem[]) =>
  new ConfigError(
    `${name}: ${problems.length === 1 ? "1 problem" : `${problems.length} problems`}\n${problemLines(problems)}`,
  );
