import { styleText } from "node:util";

/** How emphasis looks on a stream. */
export interface Styles {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
}

const same = (text: string) => text;

/** For files, pipes and tests. */
export const plain: Styles = { bold: same, dim: same, red: same, green: same };

/** Colours where the stream is a terminal, unless NO_COLOR is set (https://no-color.org). */
export function stylesFor(stream: NodeJS.WriteStream): Styles {
  if (!stream.isTTY) return plain;
  const style = (name: Parameters<typeof styleText>[0]) => (text: string) =>
    styleText(name, text, { stream });
  return { bold: style("bold"), dim: style("dim"), red: style("red"), green: style("green") };
}
