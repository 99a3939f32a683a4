/** Lines of a command that goes on and on: one per event, under the day on which it happened. */
import { plain } from "./styles.ts";
import type { TableOptions } from "./table.ts";
import { wrap } from "./wrap.ts";

const gap = "  ";
const timeWidth = 8;
const figureWidth = 11;
const tookWidth = 8;
/** Remarks get at least this width, however narrow the terminal. */
const remarkWidthMin = 20;

export interface EventLine {
  /** UTC ms. */
  readonly atMs: number;
  readonly name: string;
  /** What came of it, in a word or a number. */
  readonly figure: string;
  readonly took?: string;
  readonly remark?: string;
  /** Why it went wrong: told once, and not again while it stays the same. */
  readonly cause?: string;
  readonly isBad?: boolean;
}

export class EventLog {
  readonly #nameWidth: number;
  readonly #options: TableOptions;
  #day = "";
  #cause = "";

  constructor(names: readonly string[], options: TableOptions) {
    this.#nameWidth = Math.max(0, ...names.map((name) => name.length));
    this.#options = options;
  }

  lines({
    atMs,
    name,
    figure,
    took = "",
    remark: ownRemark = "",
    cause = "",
    isBad = false,
  }: EventLine): string[] {
    const { widthMax, styles = plain } = this.#options;
    const isKnown = cause !== "" && cause === this.#cause;
    this.#cause = cause;
    const remark = [ownRemark, isKnown ? "as before" : widthMax === null ? cause : ""]
      .filter((part) => part !== "")
      .join("; ");
    const shown = isBad
      ? styles.red(figure.padStart(figureWidth))
      : styles.bold(figure.padStart(figureWidth));
    const head = [utcTime(atMs), name.padEnd(this.#nameWidth), shown, took.padStart(tookWidth)].join(gap);
    const indent = timeWidth + this.#nameWidth + figureWidth + tookWidth + 4 * gap.length;
    const room = widthMax === null ? Infinity : widthMax - indent;
    const isBelow = room < remarkWidthMin;
    const remarkWidth = isBelow ? widthMax! - timeWidth - gap.length : room;
    const parts = remark === "" ? [] : wrap(remark, remarkWidth).map((part) => styles.dim(part));
    const [first, ...more] = isBelow ? [undefined, ...parts] : parts;
    const margin = " ".repeat(isBelow ? timeWidth + gap.length : indent);
    const lines = [first === undefined ? head.trimEnd() : `${head}${gap}${first}`];
    return [
      ...this.#newDay(atMs),
      ...lines,
      ...more.map((part) => `${margin}${part}`),
      ...(isKnown ? [] : this.#causeBelow(cause)),
    ].map((line) => `${line}\n`);
  }

  /** Reasons are long: in a terminal they get lines of their own. */
  #causeBelow(cause: string): string[] {
    const { widthMax, styles = plain } = this.#options;
    if (widthMax === null || cause === "") return [];
    const margin = " ".repeat(timeWidth + gap.length);
    return wrap(cause, widthMax - margin.length).map((part) => `${margin}${styles.dim(part)}`);
  }

  #newDay(atMs: number): string[] {
    const { styles = plain } = this.#options;
    const day = new Date(atMs).toISOString().slice(0, 10);
    if (day === this.#day) return [];
    this.#day = day;
    return [styles.dim(`${day} UTC`)];
  }
}

/** `16:20:00`. */
export const utcTime = (tsMs: number): string => new Date(tsMs).toISOString().slice(11, 19);

/** A time as seen from another: `16:20`, `16:20:30`, or with its date where that differs: `Mon 2026-11-23 14:30`. */
export function utcMoment(tsMs: number, fromMs: number): string {
  const iso = new Date(tsMs).toISOString();
  const time = iso.slice(17, 19) === "00" ? iso.slice(11, 16) : iso.slice(11, 19);
  if (iso.slice(0, 10) === new Date(fromMs).toISOString().slice(0, 10)) return time;
  const weekday = new Date(tsMs).toLocaleDateString("en", { weekday: "short", timeZone: "UTC" });
  return `${weekday} ${iso.slice(0, 10)} ${time}`;
}
