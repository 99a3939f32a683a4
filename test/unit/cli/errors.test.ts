import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { failureOf, InterruptedError, UsageError } from "../../../cli/errors.ts";
import { TerminalError } from "../../../core/errors.ts";

test("a failure of ours is one line with its causes", () => {
  const error = new TerminalError('file "x" cannot be read', { cause: new Error("ENOENT") });
  expect(failureOf(error, false)).toEqual({
    exitCode: 1,
    text: 'error: file "x" cannot be read (cause: ENOENT)',
  });
});

test("a wrong use ends with 2", () => {
  expect(failureOf(new UsageError("the SQL is empty"), false)).toEqual({
    exitCode: 2,
    text: "error: the SQL is empty",
  });
});

test("what commander has told is not told again", () => {
  expect(failureOf(new CommanderError(1, "commander.unknownOption", "x"), false)).toEqual({
    exitCode: 2,
    text: null,
  });
  expect(failureOf(new CommanderError(0, "commander.helpDisplayed", ""), false)).toEqual({
    exitCode: 0,
    text: null,
  });
});

test("an interrupt ends with 130 and says how to go on", () => {
  const { exitCode, text } = failureOf(new InterruptedError(), false);
  expect(exitCode).toBe(130);
  expect(text).toMatch(/the same command continues/);
});

test("a stack is shown to those who debug and to nobody else", () => {
  const error = new TypeError("x is not a function");
  expect(failureOf(error, false).text).not.toContain("errors.test.ts");
  expect(failureOf(error, true).text).toContain("errors.test.ts");
});
