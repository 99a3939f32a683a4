/** A short list of named figures, for summaries. */
import { count } from "./numbers.ts";
import { plain } from "./styles.ts";
import type { TableOptions } from "./table.ts";
import { wrap } from "./wrap.ts";

const gap = "  ";

/** A figure and what is to be said about it. */
export interface Fact {
  readonly label: string;
  readonly value: number | string;
  readonly remark?: string;
}

/** One line per fact, the values right-aligned under each other; remarks that are too long go on below. */
export function formatFacts(facts: readonly Fact[], { widthMax, styles = plain }: TableOptions): string[] {
  const texts = facts.map(({ value }) => (typeof value === "number" ? count(value) : value));
  const labelWidth = Math.max(...facts.map(({ label }) => label.length));
  const valueWidth = Math.max(...texts.map((text) => text.length));
  const indent = " ".repeat(labelWidth + valueWidth + 2 * gap.length);
  return facts.flatMap(({ label, remark = "" }, index) => {
    const figure = `${label.padEnd(labelWidth)}${gap}${styles.bold(texts[index]!.padStart(valueWidth))}`;
    const [first = "", ...more] = wrap(remark, widthMax === null ? Infinity : widthMax - indent.length);
    return [
      `${first === "" ? figure : `${figure}${gap}${styles.dim(first)}`}\n`,
      ...more.map((line) => `${indent}${styles.dim(line)}\n`),
    ];
  });
}
