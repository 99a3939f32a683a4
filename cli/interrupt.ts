import { InterruptedError } from "./errors.ts";
import { exitCodes } from "./exit-codes.ts";

/** npm hands a Ctrl-C on that the process has received already; only a later one is meant as "at once". */
const echoMs = 1_000;

/** What has been begun may go on so long after Ctrl-C; then it is left, as by a crash, and nothing is lost. */
export const finishMs = 15_000;
export const stoppingText = "stopping; what has been begun is finished (Ctrl-C again ends at once)";

/** Aborted by the first SIGINT or SIGTERM; a second one ends the process where it stands. */
export function interruptOf(process: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  let firstMs: number | null = null;
  const onSignal = () => {
    if (firstMs !== null && performance.now() - firstMs > echoMs) process.exit(exitCodes.interrupted);
    firstMs ??= performance.now();
    controller.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return controller.signal;
}

/**
 * The result of `work`, unless `signal` aborts first: then the work is abandoned after `graceMs`, in which it may end
 * by itself.
 * @throws InterruptedError
 */
export async function untilInterrupted<T>(work: Promise<T>, signal: AbortSignal, graceMs = 0): Promise<T> {
  const { promise: interrupted, reject } = Promise.withResolvers<never>();
  const stop = () => void setTimeout(() => reject(new InterruptedError()), graceMs);
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop);
  try {
    return await Promise.race([work, interrupted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
