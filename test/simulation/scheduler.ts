/**
 * Decides who goes on. Every port call of every process parks here; one at a time is woken, chosen by the seed, so an
 * interleaving is a function of the seed alone.
 */
import { setImmediate as nextMacrotask } from "node:timers/promises";
import type { Random } from "./random.ts";

/** Virtual time that passes with each step, at most. */
const stepMsMax = 8;
/** A simulation that takes more steps than this does not come to rest. */
const stepsMax = 100_000;

interface Parked {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

export class Scheduler {
  readonly #random: Random;
  readonly #parked: Parked[] = [];
  #nowMs: number;
  #running = 0;
  #steps = 0;
  #failure: unknown;

  constructor(random: Random, startMs: number) {
    this.#random = random;
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Starts a process. It may await nothing but `turn`, directly or through ports, and what settles by itself. */
  spawn(process: () => Promise<void>): void {
    this.#running++;
    process().then(
      () => this.#running--,
      (error: unknown) => {
        this.#running--;
        this.#failure ??= error;
      },
    );
  }

  /** Gives the turn away for at least `delayMs` of virtual time, to the whole millisecond, as clocks count. */
  turn(delayMs = 0): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#running--;
    this.#parked.push({
      wakeAtMs: this.#nowMs + Math.ceil(delayMs),
      wake: () => {
        this.#running++;
        resolve();
      },
    });
    return promise;
  }

  /** Runs until every process has ended. */
  async run(): Promise<void> {
    for (;;) {
      // At least once: a process that makes two calls at a time counts as parked before it is.
      do await nextMacrotask();
      while (this.#running > 0);
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#parked.length === 0) return;
      if (++this.#steps > stepsMax)
        throw new Error(`the simulation did not come to rest in ${stepsMax} steps`);
      this.#nowMs += this.#random.int(0, stepMsMax);
      this.#takeDue().wake();
    }
  }

  #takeDue(): Parked {
    let due = this.#dueIndexes();
    if (due.length === 0) {
      this.#nowMs = this.#parked.reduce((least, { wakeAtMs }) => Math.min(least, wakeAtMs), Infinity);
      due = this.#dueIndexes();
    }
    return this.#parked.splice(this.#random.pick(due), 1)[0]!;
  }

  #dueIndexes(): number[] {
    return this.#parked.flatMap(({ wakeAtMs }, index) => (wakeAtMs <= this.#nowMs ? [index] : []));
  }
}
