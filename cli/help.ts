import { Command, type AddHelpTextContext, type AddHelpTextPosition } from "commander";
import { wrap } from "./format/index.ts";

const widthWithoutTerminal = 80;

/** A command whose texts after the help are broken between words where the terminal ends; indented lines stay as they are. */
export class HelpfulCommand extends Command {
  override createCommand(name?: string): Command {
    return new HelpfulCommand(name);
  }

  override addHelpText(
    position: AddHelpTextPosition,
    text: string | ((context: AddHelpTextContext) => string),
  ): this {
    if (typeof text !== "string") return super.addHelpText(position, text);
    const width = this.configureOutput().getOutHelpWidth?.() ?? widthWithoutTerminal;
    return super.addHelpText(position, () =>
      paragraphs(text)
        .flatMap((part) => filled(part, width))
        .join("\n"),
    );
  }
}

/** Lines that follow one another without indentation belong together. */
function paragraphs(text: string): string[] {
  return text.replaceAll(/(?<=^\S.*)\n(?=\S)/gm, " ").split("\n");
}

function filled(paragraph: string, width: number): string[] {
  return paragraph.startsWith(" ") ? [paragraph] : wrap(paragraph, width);
}
