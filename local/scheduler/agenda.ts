/** What is to be done when: one thing after the other, each at its time or as soon after it as those before it are done. */
import type { Clock } from "../../core/ports.ts";

export interface Appointment {
  readonly name: string;
  /** UTC ms. */
  readonly atMs: number;
  /** Does what is due; returns the next appointment of its kind, or null where there is none. */
  readonly keep: (nowMs: number) => Promise<Appointment | null>;
}

export interface AgendaOptions {
  readonly clock: Clock;
  /** Ends the agenda: nothing is begun any more. */
  readonly signal: AbortSignal;
  /** Appointments after this are not kept, UTC ms. */
  readonly untilMs?: number;
  /** Told of what comes next whenever nothing is due. */
  readonly onIdle?: (next: readonly Appointment[]) => void;
}

/** Timers stand still while the machine sleeps, so the clock is looked at so often. */
const lookEveryMs = 30_000;

/** Keeps appointments in the order of their times until there are none, or the signal comes. What `keep` throws ends it. */
export async function keepAgenda(
  appointments: readonly Appointment[],
  options: AgendaOptions,
): Promise<void> {
  const { clock, signal, untilMs = Infinity, onIdle } = options;
  const agenda = appointments.filter(({ atMs }) => atMs <= untilMs).sort(inTime);
  let isIdle = false;
  while (agenda.length > 0 && !signal.aborted) {
    const [first] = agenda as [Appointment];
    const nowMs = clock.nowMs();
    if (first.atMs > nowMs) {
      if (!isIdle) onIdle?.(agenda);
      isIdle = true;
      await sleepUnlessAborted(clock, Math.min(first.atMs - nowMs, lookEveryMs), signal);
      continue;
    }
    isIdle = false;
    const next = await first.keep(nowMs);
    agenda.shift();
    if (next !== null && next.atMs <= untilMs) agenda.push(next);
    agenda.sort(inTime);
  }
}

const inTime = (a: Appointment, b: Appointment) => a.atMs - b.atMs;

async function sleepUnlessAborted(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const onAbort = () => resolve();
  signal.addEventListener("abort", onAbort);
  try {
    await Promise.race([clock.sleep(ms), aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
