/** The CLI's two streams: answers go to stdout, everything for people to stderr. */
import { once } from "node:events";
import { plain, stylesFor, type Styles, type TableOptions } from "./format/index.ts";

export interface Terminal {
  /** Writes an answer to stdout, waiting for a slow reader. */
  answer(pieces: Iterable<string>): Promise<void>;
  /** Writes a line for people to stderr. */
  say(text: string): void;
  /** Writes a line about something that went wrong to stderr, even where only answers are wanted. */
  complain(text: string): void;
  /** How answers for people are laid out: to fit where stdout is a terminal, else as wide as they are. */
  readonly answerLayout: TableOptions;
  /** Whether stderr can show moving progress. */
  readonly isInteractive: boolean;
  /** Width of stderr. */
  readonly width: number;
  readonly styles: Styles;
  /** Aborted when the person in front of it wants to stop: Ctrl-C, or a request to terminate. */
  readonly interrupt: AbortSignal;
}

/** Pieces are gathered up to this size, so that a large answer does not need one system call per row. */
const writeBytesMin = 64 * 1024;
const widthWithoutTerminal = 100;

export function processTerminal(
  { stdout, stderr }: Pick<NodeJS.Process, "stdout" | "stderr">,
  interrupt: AbortSignal,
): Terminal {
  return {
    answer: (pieces) => writeAll(stdout, pieces),
    say: (text) => void stderr.write(`${text}\n`),
    complain: (text) => void stderr.write(`${text}\n`),
    answerLayout: { widthMax: stdout.isTTY ? stdout.columns : null, styles: stylesFor(stdout) },
    isInteractive: stderr.isTTY,
    get width() {
      return stderr.isTTY ? stderr.columns : widthWithoutTerminal;
    },
    styles: stylesFor(stderr),
    interrupt,
  };
}

/** As `terminal`, but silent about everything that is not an answer or an error. */
export function quietTerminal(terminal: Terminal): Terminal {
  return { ...terminal, say: () => {}, isInteractive: false, styles: plain };
}

async function writeAll(stream: NodeJS.WriteStream, pieces: Iterable<string>): Promise<void> {
  let gathered = "";
  const flush = async () => {
    if (!stream.write(gathered)) await once(stream, "drain");
    gathered = "";
  };
  for (const piece of pieces) {
    gathered += piece;
    if (gathered.length >= writeBytesMin) await flush();
  }
  if (gathered !== "") await flush();
}
