/** How commands are used, and what the shell sees when they are used wrongly. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../helpers/cli.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory.remove());

test("help tells commands, examples and exit codes, and ends with 0", async () => {
  const { exitCode, stdout, stderr } = await runCli(["--help"]);
  expect(exitCode).toBe(0);
  expect(stderr).toBe("");
  for (const command of ["demo", "load", "extract", "query", "status", "tables", "rebuild"]) {
    expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b`, "m"));
  }
  expect(stdout).toContain("Examples");
  expect(stdout).toContain("Exit codes");
  expect(stdout).toContain(".marketlake");
});

describe("wrong use ends with 2, says what is wrong and writes nothing to stdout", () => {
  test.each([
    { args: [], says: "Usage:" },
    { args: ["bogus"], says: "unknown command 'bogus'" },
    { args: ["status", "--bogus"], says: "unknown option '--bogus'" },
    { args: ["load", "x.csv", "--interval", "1d"], says: "--asset-class" },
    {
      args: ["load", "--asset-class", "stock", "--interval", "1d"],
      says: "missing required argument 'file'",
    },
    {
      args: ["load", "x.csv", "--asset-class", "shares", "--interval", "1d"],
      says: "Allowed choices are stock",
    },
    {
      args: ["load", "x.csv", "--asset-class", "stock", "--interval", "7d"],
      says: "Known intervals are 1min",
    },
    { args: ["rebuild", "--as-of", "yesterday"], says: "A time is a date" },
    { args: ["query", " "], says: "the SQL is empty" },
    { args: ["tables", "nope"], says: 'no table or view "nope"' },
  ])("$args", async ({ args, says }) => {
    const { exitCode, stdout, stderr } = await runCli([...args, "--lake", `${directory.path}/unused`]);
    expect(stderr).toContain(says);
    expect(stdout).toBe("");
    expect(exitCode).toBe(2);
  });
});

test.each([["query", "select 1"], ["status"], ["rebuild"]])(
  "%s refuses a directory without a lake and says how to make one",
  async (...args) => {
    const { exitCode, stderr } = await runCli([...args, "--lake", directory.path]);
    expect(stderr).toMatch(/^error: there is no lake in ".*"; make one with/);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(exitCode).toBe(1);
  },
);

test("a lake below a file cannot be made, and the error says what to do", async () => {
  const { exitCode, stderr } = await runCli([
    ..."extract --provider synthetic --asset-class bond --interval 1d --lake".split(" "),
    `${import.meta.filename}/lake`,
  ]);
  expect(stderr).toMatch(/^error: .*--lake/);
  expect(exitCode).toBe(1);
});

test.runIf(process.platform === "linux")(
  "a lake on a file system that takes no directories is refused, and the error says what to do",
  async () => {
    const lake = "/proc/marketlake";
    const { exitCode, stderr } = await runCli([
      ..."extract --provider synthetic --asset-class bond --interval 1d --lake".split(" "),
      lake,
    ]);
    expect(stderr).toMatch(/^error: cannot use lake directory "\/proc\/marketlake.*--lake DIR/);
    expect(exitCode).toBe(1);
  },
);

test("tables lists every table and view with its meaning", async () => {
  const { exitCode, stdout } = await runCli(["tables", "--format", "json"]);
  const names = (JSON.parse(stdout) as { name: string; meaning: string }[]).map(({ name }) => name);
  expect(exitCode).toBe(0);
  expect(names).toEqual(
    expect.arrayContaining(["bars_daily", "technical_indicators", "latest_bars", "quarantine"]),
  );
});

test("tables NAME lists the columns of one", async () => {
  const { stdout } = await runCli(["tables", "stock_prices", "--format", "csv"]);
  expect(stdout).toMatch(/^column,type,missing,unit,meaning\nsymbol,string,never,/);
});
