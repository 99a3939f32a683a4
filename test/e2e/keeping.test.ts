/** `stream` and `run`, as people start and stop them. */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LakeStatus } from "../../local/runtime.ts";
import { runCli, startCli } from "../helpers/cli.ts";
import type { Fault } from "../helpers/replay-server/faults.ts";
import { startReplayServer, type ReplayServer } from "../helpers/replay-server/server.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

let server: ReplayServer;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let fault: Fault | null = null;
const lake = (name: string) => ["--lake", join(directory.path, name)];
// A market that never closes, so that the test does not depend on the day.
const market = ["--asset-class", "crypto", "--symbols", "BTC-USD,ETH-USD", "--bars", "5min"];
const stream = (name: string, ...more: string[]) => [
  "stream",
  ...lake(name),
  "--provider",
  "yahoo",
  "--base-url",
  server.baseUrl,
  ...market,
  ...more,
];

beforeAll(async () => {
  server = await startReplayServer({ faults: () => fault });
  directory = await temporaryDirectory();
});
afterAll(async () => {
  await server.close();
  await directory.remove();
});

describe("stream", () => {
  test("polls, and ends well on Ctrl-C, with everything received in the lake", async () => {
    const child = startCli(stream("stopped", "--interval", "10s"));
    const [stdout, stderr] = [text(child.stdout!), text(child.stderr!)];
    const closed = once(child, "close");
    // The line of the first poll.
    await once(child.stdout!, "data");
    child.kill("SIGINT");
    expect(await closed).toEqual([0, null]);
    expect(await stdout).toMatch(/crypto 5min +[\d,]+ rows .*next .*\npolls +1 +1 with news\n/s);
    expect(await stderr).toMatch(/2 symbols of yahoo, every 10 s/);
    const status = await runCli(["status", ...lake("stopped"), "--format", "json"]);
    const { accounting, queues } = JSON.parse(status.stdout) as LakeStatus;
    expect(accounting).toMatchObject({ balanced: true });
    expect(accounting!.rawKeys).toBeGreaterThan(0);
    expect(queues.every(({ visible, inFlight }) => visible + inFlight === 0)).toBe(true);
  });

  test("is left at once by a second Ctrl-C, whatever it waits for", async () => {
    fault = "timeout";
    const child = startCli(stream("hanging"));
    const closed = once(child, "close");
    child.stdout!.resume();
    await requests(server.log.length + 1);
    child.kill("SIGTERM");
    // A later signal than one that npm hands on.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const startedMs = performance.now();
    child.kill("SIGINT");
    expect(await closed).toEqual([130, null]);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    fault = null;
  });

  test("ends by itself at a time", async () => {
    const ended = await runCli(stream("until", "--until", "2020-01-01"));
    expect(ended).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^polls +0/) as string });
  });

  test("refuses what cannot be polled, and paces that nobody should set", async () => {
    const config = join(directory.path, "empty.json");
    writeFileSync(config, "{}");
    const nothing = await runCli(["--config", config, ...lake("x"), "stream"]);
    expect(nothing).toMatchObject({ exitCode: 2, stdout: "" });
    expect(nothing.stderr).toMatch(/there is nothing to poll: .*--symbols/);
    const fast = await runCli(["--config", config, ...lake("x"), "stream", "--interval", "1s"]);
    expect(fast).toMatchObject({ exitCode: 2, stdout: "" });
    expect(fast.stderr).toMatch(/at least 10s/);
  });

  test("ends with the reason where no poll can ever succeed", async () => {
    const nobody = await runCli(["stream", ...lake("nobody"), "--provider", "nobody", ...market]);
    expect(nobody).toMatchObject({ exitCode: 1, stdout: "" });
    expect(nobody.stderr).toMatch(/provider "nobody" is not known; known are .*yahoo/);
  });
});

describe("run", () => {
  test("makes up for what the schedules of the configuration missed, once, and says what came of it", async () => {
    const config = join(directory.path, "config.json");
    const crypto = { symbols: ["BTC-USD"], providers: ["yahoo"] };
    const providers = { yahoo: { baseUrl: server.baseUrl } };
    writeFileSync(
      config,
      JSON.stringify({ markets: { crypto }, providers, maintenance: { gaps: null, refresh: null } }),
    );
    const run = () => runCli(["--config", config, ...lake("run"), "run", "--once"]);
    const first = await run();
    expect(first).toMatchObject({ exitCode: 0, stderr: "" });
    expect(first.stdout).toMatch(/crypto-15min +[\d,]+ rows/);
    expect(first.stdout).toMatch(/crypto-1d +[\d,]+ rows/);
    expect(first.stdout).toMatch(/^ticks +2/m);
    // A quarter of an hour may have passed in between, and with it a tick.
    expect((await run()).stdout).toMatch(/^ticks +[01] /m);
  }, 60_000);

  test("tells of ticks that failed", async () => {
    fault = "html";
    const config = join(directory.path, "failing.json");
    const crypto = { symbols: ["BTC-USD"], providers: ["yahoo"], intraday: null };
    const yahoo = { baseUrl: server.baseUrl, retry: { attemptsMax: 1 } };
    writeFileSync(
      config,
      JSON.stringify({
        markets: { crypto },
        providers: { yahoo },
        maintenance: { gaps: null, refresh: null },
      }),
    );
    const { exitCode, stdout, stderr } = await runCli([
      "--config",
      config,
      ...lake("failing"),
      "run",
      "--once",
    ]);
    fault = null;
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/1 tick failed.*"status" tells why/);
    expect(stdout).toMatch(/crypto-1d +failed/);
    expect(stdout).toMatch(/^failed +1/m);
  }, 60_000);

  test("has one way to end", async () => {
    const both = await runCli([...lake("x"), "run", "--once", "--until", "2030-01-01"]);
    expect(both).toMatchObject({ exitCode: 2, stdout: "" });
  });
});

describe("extract", () => {
  test("brings in what it was answered when it is stopped, and leaves the rest to the next command", async () => {
    const symbols = Array.from({ length: 12 }, (_, index) => `SYM${index}`);
    const config = join(directory.path, "slow.json");
    const yahoo = { baseUrl: server.baseUrl, calls: { gapMs: 400 } };
    writeFileSync(config, JSON.stringify({ providers: { yahoo } }));
    const before = server.log.length;
    const child = startCli([
      ..."extract --provider yahoo --interval 1d --from 2026-01-05 --to 2026-03-01 --symbols".split(" "),
      symbols.join(","),
      ...lake("halved"),
      "--config",
      config,
    ]);
    const stderr = text(child.stderr!);
    child.stdout!.resume();
    const closed = once(child, "close");
    await requests(before + 4);
    child.kill("SIGINT");
    expect(await closed).toEqual([130, null]);
    expect(await stderr).toMatch(/stopping;[^]*interrupted/);
    const asked = server.log.length - before;
    expect(asked).toBeLessThan(symbols.length);

    const stopped = await statusOf("halved");
    expect(stopped.accounting).toMatchObject({ balanced: true });
    expect(stopped.series).toMatchObject([{ asset_class: "stock", symbols: asked }]);
    expect(stopped.queues.find(({ name }) => name === "extract")?.visible).toBeGreaterThan(0);

    await runCli([
      ..."extract --provider synthetic --asset-class bond --interval 1d".split(" "),
      ...lake("halved"),
      "--config",
      config,
    ]);
    const whole = await statusOf("halved");
    const stock = whole.series.find((series) => series["asset_class"] === "stock");
    expect(stock).toMatchObject({ symbols: symbols.length });
    // Nobody was asked twice.
    expect(server.log.length - before).toBe(symbols.length);
  });
});

/** Waits until the vendor has been asked so often. */
async function requests(count: number): Promise<void> {
  while (server.log.length < count) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function statusOf(name: string): Promise<LakeStatus> {
  const { stdout } = await runCli(["status", ...lake(name), "--format", "json"]);
  return JSON.parse(stdout) as LakeStatus;
}
