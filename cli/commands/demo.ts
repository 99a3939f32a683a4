import type { Command } from "commander";
import type { Cli, GlobalOptions } from "../cli.ts";
export function registerDemoCommand(_program: Command, _cli: Cli): void {
  void ({} as GlobalOptions);
}
