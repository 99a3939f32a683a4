/** What a person gets who asks a vendor about symbols, against vendors on this machine. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../helpers/cli.ts";
import { startReplayServer, type ReplayServer } from "../helpers/replay-server/server.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";

// A Friday evening after the close in New York.
const nowMs = Date.UTC(2026, 10, 20, 22);
const keys = { FMP_API_KEY: "k3y-of-fmp", COINMARKETCAP_API_KEY: "k3y-of-cmc" };

let server: ReplayServer;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  Object.assign(process.env, keys);
  server = await startReplayServer({ clock: { nowMs: () => nowMs } });
  directory = await temporaryDirectory();
});
afterAll(async () => {
  for (const name of Object.keys(keys)) delete process.env[name];
  await server.close();
  await directory.remove();
});

const lookup = (...args: string[]) =>
  runCli(["lookup", ...args, "--base-url", server.baseUrl, "--lake", directory.path]);

test("quotes are answered, symbols that the vendor does not know are named", async () => {
  const { exitCode, stdout, stderr } = await lookup(
    ..."quotes AAPL NOSUCH MSFT --provider fmp --format json".split(" "),
  );
  const quotes = JSON.parse(stdout) as Record<string, unknown>[];
  expect(quotes.map(({ symbol }) => symbol)).toEqual(["AAPL", "MSFT"]);
  expect(quotes[0]).toMatchObject({ quoted_at: "2026-11-20T22:00:00.000Z", market_cap: null });
  expect(stderr).toMatch(/^error: fmp knows nothing of stock "NOSUCH"; check the symbols/);
  expect(exitCode).toBe(1);
});

test("names are found, and who has no list of them is told so", async () => {
  const found = await lookup(..."names btc --provider coinmarketcap --format csv".split(" "));
  expect(found).toMatchObject({ exitCode: 0, stderr: "" });
  expect(found.stdout).toMatch(/^symbol,id,name,.*\nBTC,1,BTC,/);
  const refused = await lookup(..."names btc --provider fmp".split(" "));
  expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
  expect(refused.stderr).toContain("ask one of alpha_vantage, coinmarketcap");
});

test("a call counts in the budget of the provider, and none is made beyond it", async () => {
  const config = join(directory.path, "config.json");
  writeFileSync(config, JSON.stringify({ providers: { fmp: { calls: { callsPerDay: 2 } } } }));
  const ask = () => lookup(..."quotes AAPL --provider fmp --config".split(" "), config);
  expect(await ask()).toMatchObject({ exitCode: 0, stderr: "" });
  const { exitCode, stderr } = await ask();
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^error: .*fmp.*day/);
  expect(server.log.filter(({ provider }) => provider === "fmp")).toHaveLength(2);
});
