import { type Command, Option } from "commander";
import { TerminalError } from "../../core/errors.ts";
import type { AssetClass } from "../../core/market.ts";
import type { QueryValue } from "../../core/ports.ts";
import { fetchReference, type ReferenceEndpoint, searchNames } from "../../core/providers/reference.ts";
import { type DeskId, deskIds, referenceDesks } from "../../core/providers/reference-desks.ts";
import type { Cli, GlobalOptions } from "../cli.ts";
import { UsageError } from "../errors.ts";
import { formatRows, type OutputFormat, rowsOf } from "../format/index.ts";
import { untilInterrupted } from "../interrupt.ts";
import { assetClassOption, baseUrl, formatOption } from "../options.ts";

interface LookupOptions extends GlobalOptions {
  readonly provider: DeskId;
  readonly assetClass: AssetClass;
  readonly baseUrl?: string;
  readonly format: OutputFormat;
}

const help = `
Nothing is stored, but every call counts in the provider's budgets. Changes are in percent. A quote says when it was made:
vendors repeat the last price of dead symbols for months.

Examples
  $ npm run -s marketlake -- lookup quotes AAPL MSFT --provider fmp
  $ npm run -s marketlake -- lookup quotes EURUSD --asset-class forex --provider alpha_vantage
  $ npm run -s marketlake -- lookup profiles IBM --provider alpha_vantage --format json
  $ npm run -s marketlake -- lookup names twin --provider coinmarketcap`;

export function registerLookupCommand(program: Command, cli: Cli): void {
  const lookup = program
    .command("lookup")
    .description("Ask a provider what it knows of symbols besides bars: quotes, profiles and names.")
    .addHelpText("after", help);
  for (const kind of ["quotes", "profiles"] as const) {
    withLookupOptions(lookup.command(kind))
      .description(kind === "quotes" ? "Prices of this moment." : "Who is behind the symbols.")
      .argument("<symbols...>", "as they are called in the lake")
      .addOption(
        assetClassOption()
          .default("stock" satisfies AssetClass)
          .makeOptionMandatory(false),
      )
      .addHelpText("after", help)
      .action(async (symbols: readonly string[], _: unknown, command: Command) => {
        const options = command.optsWithGlobals<LookupOptions>();
        const desk = referenceDesks[options.provider];
        if (kind === "quotes") await answerAbout(cli, options, desk.quotes, symbols);
        else await answerAbout(cli, options, desk.profiles, symbols);
      });
  }
  withLookupOptions(lookup.command("names"))
    .description("What a provider calls something: symbols, and ids where it goes by those.")
    .argument("<text>", "a symbol or words of a name")
    .addHelpText("after", help)
    .action(async (text: string, _: unknown, command: Command) => {
      await answerNames(cli, command.optsWithGlobals<LookupOptions>(), text);
    });
}

const withLookupOptions = (command: Command) =>
  command
    .addOption(new Option("--provider <id>", "who is asked").choices(deskIds).makeOptionMandatory())
    .option("--base-url <url>", "address to ask instead of the provider's own", baseUrl)
    .addOption(formatOption());

/** @throws TerminalError where the provider does not know a symbol; what it knows has been answered. */
async function answerAbout<T extends { readonly symbol: string }>(
  cli: Cli,
  options: LookupOptions,
  endpoint: ReferenceEndpoint<T>,
  symbols: readonly string[],
): Promise<void> {
  const { assetClass, provider } = options;
  const instruments = [...new Set(symbols)].map((symbol) => ({ assetClass, symbol }));
  const terminal = cli.terminal(options);
  const asked = fetchReference(await vendorOf(options), endpoint, instruments);
  const { entries, unknown } = await untilInterrupted(asked, terminal.interrupt);
  const rows = rowsOf(entries.map(toRow));
  await terminal.answer(formatRows(rows, options.format, terminal.answerLayout));
  if (unknown.length === 0) return;
  throw new TerminalError(
    `${provider} knows nothing of ${assetClass} ${unknown.map((symbol) => `"${symbol}"`).join(", ")}; check the symbols, or ask another provider`,
  );
}

/** @throws UsageError for a provider that has no such list. */
async function answerNames(cli: Cli, options: LookupOptions, text: string): Promise<void> {
  const { provider } = options;
  const { names } = referenceDesks[provider];
  if (names === null) {
    const able = deskIds.filter((id) => referenceDesks[id].names !== null);
    throw new UsageError(`${provider} has no list of names; ask one of ${able.join(", ")}`);
  }
  const terminal = cli.terminal(options);
  const asked = searchNames(await vendorOf(options), names, text);
  const matches = await untilInterrupted(asked, terminal.interrupt);
  if (matches.length === 0) throw new TerminalError(`${provider} has nothing by the name "${text}"`);
  const rows = rowsOf(matches.map(toRow));
  await terminal.answer(formatRows(rows, options.format, terminal.answerLayout));
}

/** Loaded here, so that help and wrong use wait for nothing. */
async function vendorOf({ config, lake, provider, baseUrl: address }: LookupOptions) {
  const [{ askVendorWithin }, { stageConfig, embeddedStage }, { loadConfigFile }] = await Promise.all([
    import("../../local/ask-vendor.ts"),
    import("../../core/config/index.ts"),
    import("../../local/config-file.ts"),
  ]);
  const stage = stageConfig(embeddedStage, loadConfigFile(config, process.cwd()));
  return askVendorWithin(provider, { directory: lake, stage, baseUrl: address });
}

/** Names as columns have them; times, which end in `AtMs`, as ISO-8601. */
function toRow(entry: object): Record<string, QueryValue> {
  return Object.fromEntries(
    Object.entries(entry).map(([name, value]: [string, QueryValue]) =>
      name.endsWith("AtMs")
        ? [column(name.slice(0, -2)), value === null ? null : new Date(Number(value)).toISOString()]
        : [column(name), value],
    ),
  );
}

const column = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
