/**
 * Benchmarks that can be compared: seeded data, warm-up, rounds in which baseline and candidates take turns (so that a
 * slow minute of the machine hits all of them), median and spread instead of one number.
 */
import { arch, cpus, loadavg, platform, totalmem } from "node:os";

const defaultRounds = 7;
const defaultWarmUpRounds = 2;

/** One thing to time. Facts it returns, such as bytes written, are reported from the last round. */
export type Subject = () => Facts | void | Promise<Facts | void>;
type Facts = Readonly<Record<string, number>>;

export interface BenchOptions {
  /** What one run handles, singular: `row`, `bar`, `file`. Times are per item. */
  readonly item: string;
  /** Items that one run of every subject handles. */
  readonly itemCount: number;
  /** What others do or what we had; every candidate is compared with it. */
  readonly baseline: Readonly<Record<string, Subject>>;
  readonly candidates: Readonly<Record<string, Subject>>;
  readonly rounds?: number;
  readonly warmUpRounds?: number;
}

export interface Measurement {
  readonly subject: string;
  readonly role: "baseline" | "candidate";
  readonly rounds: number;
  /** Nanoseconds per item. */
  readonly medianNs: number;
  readonly minNs: number;
  readonly maxNs: number;
  /** Median absolute deviation, nanoseconds per item. */
  readonly madNs: number;
  /** Median over rounds of (this subject's time ÷ the first baseline's time in the same round). */
  readonly ratio: number;
  readonly facts: Facts;
}

export interface BenchResult {
  readonly name: string;
  readonly item: string;
  readonly itemCount: number;
  readonly measurements: readonly Measurement[];
}

export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly platform: string;
  readonly node: string;
  /** Processes that wanted to run in the minute before, besides the benchmark; times of a busy machine tell little. */
  readonly load: number;
}

/** Times all subjects in interleaved rounds. With `--expose-gc` garbage of one subject is not paid by the next. */
export async function bench(name: string, options: BenchOptions): Promise<BenchResult> {
  const { rounds = defaultRounds, warmUpRounds = defaultWarmUpRounds, itemCount, item } = options;
  const subjects = [...rolesOf(options.baseline, "baseline"), ...rolesOf(options.candidates, "candidate")];
  const times: number[][] = subjects.map(() => []);
  const facts: Facts[] = subjects.map(() => ({}));
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (let turn = 0; turn < subjects.length; turn++) {
      const index = (turn + Math.max(round, 0)) % subjects.length;
      globalThis.gc?.();
      const start = process.hrtime.bigint();
      const found = await subjects[index]!.run();
      const elapsedNs = Number(process.hrtime.bigint() - start);
      if (round >= 0) times[index]!.push(elapsedNs / itemCount);
      facts[index] = found ?? {};
    }
  }
  const measurements = subjects.map(({ subject, role }, index) =>
    measurementOf({ subject, role, rounds, facts: facts[index]! }, times[index]!, times[0]!),
  );
  return { name, item, itemCount, measurements };
}

export function machineFacts(): MachineFacts {
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${platform()} ${arch()}`,
    node: process.version,
    load: Math.round(loadavg()[0]! * 10) / 10,
  };
}

/** Numbers in `[0, 1)` that are the same on every machine: mulberry32 (https://github.com/cprosche/mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Fixed-width lines for a terminal. */
export function formatResult(result: BenchResult): string {
  const lines = result.measurements.map(({ subject, role, medianNs, minNs, madNs, ratio, facts }) =>
    [
      `  ${role === "baseline" ? "·" : "→"} ${subject}`.padEnd(44),
      `${formatNs(medianNs)} ± ${formatNs(madNs)}`.padStart(22),
      `min ${formatNs(minNs)}`.padStart(16),
      `${ratio.toFixed(2)}×`.padStart(9),
      ...Object.entries(facts).map(([fact, value]) => `  ${fact} ${Number(value.toPrecision(4))}`),
    ].join(""),
  );
  return [`${result.name} (per ${result.item}, ${result.itemCount} of them)`, ...lines].join("\n");
}

function rolesOf(subjects: Readonly<Record<string, Subject>>, role: Measurement["role"]) {
  return Object.entries(subjects).map(([subject, run]) => ({ subject, role, run }));
}

function measurementOf(
  about: Pick<Measurement, "subject" | "role" | "rounds" | "facts">,
  times: readonly number[],
  referenceTimes: readonly number[],
): Measurement {
  const medianNs = median(times);
  return {
    ...about,
    medianNs,
    minNs: Math.min(...times),
    maxNs: Math.max(...times),
    madNs: median(times.map((time) => Math.abs(time - medianNs))),
    ratio: median(times.map((time, round) => time / referenceTimes[round]!)),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function formatNs(ns: number): string {
  if (ns >= 1e6) return `${(ns / 1e6).toFixed(2)} ms`;
  return ns >= 1e3 ? `${(ns / 1e3).toFixed(2)} µs` : `${ns.toFixed(1)} ns`;
}
