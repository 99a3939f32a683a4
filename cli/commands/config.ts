import type { Command } from "commander";
import {
  completeFile,
  configOf,
  defaultConfigFile,
  embeddedStage,
  problemLines,
  readConfigFile,
  type ConfigFile,
  type ConfigProblem,
} from "../../core/config/index.ts";
import { ConfigError } from "../../core/errors.ts";
import { findConfigText, loadConfigFile } from "../../local/config-file.ts";
import type { Cli, GlobalOptions } from "../cli.ts";
import { loadConfig } from "../config.ts";
import { wrap } from "../format/wrap.ts";
import { checkStages } from "../steps/config-check.ts";
import type { Terminal } from "../terminal.ts";

interface ConfigOptions extends GlobalOptions {
  readonly stage?: string;
}

const hangingIndent = "    ";

const checkHelp = `
Every mistake is named with its place in the file. Without --stage, the embedded runtime and every stage that the file
names are checked. For the embedded runtime, keys must be set; for a stage on AWS, the names under which it looks for
them are listed. No key is ever shown.

Examples
  $ npm run -s marketlake -- config check
  $ npm run -s marketlake -- config check --stage prod
  $ npm run -s marketlake -- config check --config production.json`;

const showHelp = `
What the file says, completed with the defaults: as such it is a file that works and names everything that can be set. Of
each stage it says what that does otherwise. With --stage, one stage is shown whole; the embedded runtime is the stage
"${embeddedStage}".

Examples
  $ npm run -s marketlake -- config show > marketlake.config.json
  $ npm run -s marketlake -- config show --stage prod | jq .deployment`;

export function registerConfigCommand(program: Command, cli: Cli): void {
  const config = program
    .command("config")
    .description("The file that says which symbols are kept current, by whom, and on which plans.");
  withStage(config.command("check"))
    .description("Tell whether the configuration works, and if not, why.")
    .addHelpText("after", checkHelp)
    .action(async (_: unknown, command: Command) => {
      await check(cli, command.optsWithGlobals<ConfigOptions>());
    });
  withStage(config.command("show"))
    .description("Print the whole configuration in force, defaults included, as JSON.")
    .addHelpText("after", showHelp)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ConfigOptions>();
      const shown =
        options.stage === undefined
          ? completeFile(loadConfigFile(options.config, process.cwd()))
          : loadConfig(options.config, options.stage);
      await cli.terminal(options).answer([`${JSON.stringify(shown, null, 2)}\n`]);
    });
}

const withStage = (command: Command) =>
  command.option("--stage <name>", "one stage of the configuration, such as dev or prod");

/** @throws ConfigError for a configuration that cannot work. */
async function check(cli: Cli, options: ConfigOptions): Promise<void> {
  const terminal = cli.terminal(options);
  const { file, name } = readNamed(options);
  const stages = options.stage === undefined ? [embeddedStage, ...file.named] : [options.stage];
  const { problems, warnings, secrets } = await checkStages(file, [...new Set(stages)]);
  if (problems.length > 0) throw cannotWork(name, problems);
  const say = (title: string, items: readonly string[]) => {
    if (items.length > 0) terminal.say([title, ...listed(items, terminal)].join("\n"));
  };
  say(
    "worth a look:",
    warnings.map(({ path, message }) => `${path}: ${message}`),
  );
  say(
    "keys wanted in Secrets Manager:",
    secrets.map(({ name: id, url }) => `${id}: get one at ${url}`),
  );
  await terminal.answer([`${name}: works; ${summary(file, stages)}\n`]);
}

function readNamed({ config }: ConfigOptions): { file: ConfigFile; name: string } {
  const found = findConfigText(config, process.cwd());
  if (found === null)
    return { file: defaultConfigFile, name: "defaults (there is no marketlake.config.json here)" };
  const read = readConfigFile(found.text);
  if (read.config === null) throw cannotWork(found.path, read.problems);
  return { file: read.config, name: found.path };
}

/** Indented, and broken between words to fit the terminal where there is one. */
function listed(items: readonly string[], { isInteractive, width }: Terminal): string[] {
  const room = isInteractive ? width - hangingIndent.length : Infinity;
  return items.flatMap((item) =>
    wrap(item, room).map((line, index) => `${index === 0 ? "  " : hangingIndent}${line}`),
  );
}

/** `12 symbols`, of several stages each by its name where they differ. */
function summary(file: ConfigFile, stages: readonly string[]): string {
  const counts = [...new Set(stages)].map((stage) => {
    const markets = Object.values(configOf(file, stage).markets);
    const count = markets.reduce((sum, { symbols }) => sum + symbols.length, 0);
    return { stage, text: `${count} ${count === 1 ? "symbol" : "symbols"}` };
  });
  if (new Set(counts.map(({ text }) => text)).size === 1) return counts[0]!.text;
  return counts.map(({ stage, text }) => `${text} in ${stage}`).join(", ");
}

const cannotWork = (name: string, problems: readonly ConfigProblem[]) =>
  new ConfigError(
    `${name}: ${problems.length === 1 ? "1 problem" : `${problems.length} problems`}\n${problemLines(problems)}`,
  );
