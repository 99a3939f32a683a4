import { expect, test } from "vitest";
import { InterruptedError } from "../../../cli/errors.ts";
import { untilInterrupted } from "../../../cli/interrupt.ts";

const never = new Promise<never>(() => {});

test("work that nobody interrupts gives its result", async () => {
  expect(await untilInterrupted(Promise.resolve(1), new AbortController().signal)).toBe(1);
});

test("work is abandoned when the signal comes", async () => {
  const controller = new AbortController();
  const work = untilInterrupted(never, controller.signal);
  controller.abort();
  await expect(work).rejects.toThrow(InterruptedError);
});

test("a signal that came before the work counts", async () => {
  await expect(untilInterrupted(never, AbortSignal.abort())).rejects.toThrow(InterruptedError);
});

test("work that ends within the grace after the signal gives its own outcome", async () => {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<number>();
  const work = untilInterrupted(promise, controller.signal, 1_000);
  controller.abort();
  resolve(7);
  expect(await work).toBe(7);
});
