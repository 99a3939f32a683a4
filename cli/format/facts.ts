/** A short list of named figures, for summaries. */
import { count } from "./numbers.ts";
import { plain, type Styles } from "./styles.ts";

/** A figure and what is to be said about it. */
export interface Fact {
  readonly label: string;
  readonly value: number | string;
  readonly remark?: string;
}

/** One line per fact, the values right-aligned under each other. */
export function formatFacts(facts: readonly Fact[], styles: Styles = plain): string[] {
  const texts = facts.map(({ value }) => (typeof value === "number" ? count(value) : value));
  const labelWidth = Math.max(...facts.map(({ label }) => label.length));
  const valueWidth = Math.max(...texts.map((text) => text.length));
  return facts.map(({ label, remark = "" }, index) => {
    const line = `${label.padEnd(labelWidth)}  ${styles.bold(texts[index]!.padStart(valueWidth))}`;
    return `${`${line}  ${styles.dim(remark)}`.trimEnd()}\n`;
  });
}
