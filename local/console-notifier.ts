import { appendFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Clock, Notification, Notifier } from "../core/ports.ts";
import { makeDirectory } from "./files/make-directory.ts";
import { storeFailure } from "./store-failure.ts";

export interface ConsoleNotifierOptions {
  /** Takes the text for the person in front of the screen; standard error by default, so that data stays clean. */
  readonly write?: (text: string) => void;
  /** Keeps every notification as a line of JSON: `time`, `severity`, `subject`, `body`. */
  readonly logPath?: string;
}

/** Notifications on the console and, where wanted, in a file that outlives it. */
export class ConsoleNotifier implements Notifier {
  readonly #clock: Clock;
  readonly #write: (text: string) => void;
  readonly #logPath: string | undefined;

  constructor(clock: Clock, { write, logPath }: ConsoleNotifierOptions = {}) {
    this.#clock = clock;
    this.#write = write ?? ((text) => process.stderr.write(text));
    this.#logPath = logPath;
  }

  async notify({ severity, subject, body }: Notification): Promise<void> {
    const text = [`${severity}: ${subject}`, ...body.split("\n")].join("\n  ");
    this.#write(`${text}\n`);
    if (this.#logPath === undefined) return;
    const entry = { time: new Date(this.#clock.nowMs()).toISOString(), severity, subject, body };
    await appendLine(this.#logPath, JSON.stringify(entry));
  }
}

/** One write per line, so that lines of several processes do not mix. */
async function appendLine(path: string, line: string): Promise<void> {
  const directory = dirname(path);
  try {
    makeDirectory(directory);
    await appendFile(path, `${line}\n`);
  } catch (error) {
    throw storeFailure(error, directory);
  }
}
