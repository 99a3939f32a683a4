import { expect, test } from "vitest";
import { HelpfulCommand } from "../../../cli/help.ts";

function helpAfter(text: string, width: number): string {
  let printed = "";
  const program = new HelpfulCommand("program").configureOutput({
    getOutHelpWidth: () => width,
    writeOut: (piece) => (printed += piece),
  });
  program.command("verb").copyInheritedSettings(program).addHelpText("after", text);
  program.commands[0]!.outputHelp();
  return printed.slice(printed.indexOf("display help for command\n") + 25);
}

test("breaks prose between words at the width of the terminal", () => {
  expect(helpAfter("\nOne two three four\nfive six.\n\nSeven.", 14)).toBe(
    "\nOne two three\nfour five six.\n\nSeven.\n",
  );
});

test("fills lines that the source breaks earlier", () => {
  expect(helpAfter("One\ntwo\nthree", 40)).toBe("One two three\n");
});

test("leaves indented lines whole, so that examples can be copied", () => {
  expect(helpAfter("Examples\n  $ a long line to copy\n  $ another one", 10)).toBe(
    "Examples\n  $ a long line to copy\n  $ another one\n",
  );
});
