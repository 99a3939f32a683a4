/** Every port call of every function, against what the synthesized roles grant. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ExtractRequest } from "../../core/messages/index.ts";
import type { Provider } from "../../core/providers/provider.ts";
import { createProviders } from "../../core/providers/registry.ts";
import { defaultLakeSettings, type LakeSettings } from "../../core/settings.ts";
import { stageConfig } from "../../core/config/index.ts";
import { openOrCreateLake, type Lake } from "../../local/lake.ts";
import { AccessDeniedError, type FunctionCall } from "../../local/policy/guard.ts";
import { Station } from "../../local/runtime/station.ts";
import { runTask } from "../../local/runtime/tasks.ts";
import type { Wiring } from "../../local/wiring.ts";
import { synthesizeWiring } from "../../local/wiring/synthesize.ts";
import {
  deniedCalls,
  type Grant,
  grantsOf,
  unusedGrants,
  withGrant,
  withoutGrant,
} from "../helpers/grants.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";
import { isAccepted, unexercisedGrants } from "../helpers/unexercised-grants.ts";

const wiring = synthesizeWiring(stageConfig("dev"));
const synthetic = createProviders().get("synthetic")!;
/** As a vendor that wants a key, is called, reports a split of each symbol, and then has halved all of its prices. */
const keyed: Provider = {
  ...synthetic,
  id: "keyed",
  async extract(vendorRequest, io) {
    await io.secrets.get("least-privilege-key");
    // Nobody listens there, which is no matter.
    await io.http.get({ url: "http://127.0.0.1:9", timeoutMs: 1_000 }).catch(() => null);
    return synthetic.extract(vendorRequest, io);
  },
  async transform(response, vendorRequest, receipt) {
    const received = await synthetic.transform(response, vendorRequest, receipt);
    const actions = received.bars.columns.symbol.values.map((symbol) => ({
      symbol,
      exDate: "2026-11-19",
      kind: "split" as const,
      ratio: 2,
      amount: null,
      currency: null,
    }));
    const { open, high, low, close } = received.bars.columns;
    const factor = receipt.ingestedAtMs < halvedFromMs ? 1 : 0.5;
    const scaled = (prices: Float64Array) => prices.map((price) => price * factor);
    const prices = { open: scaled(open), high: scaled(high), low: scaled(low), close: scaled(close) };
    const columns = { ...received.bars.columns, ...prices };
    return { ...received, bars: { ...received.bars, columns }, actions };
  },
};
const halvedFromMs = Date.UTC(2026, 10, 20, 21);
const providers = new Map([synthetic, keyed].map((provider) => [provider.id, provider]));
const symbolsOfEach = 2;
/** A run takes one symbol and hands the others on. */
const settings: LakeSettings = {
  ...defaultLakeSettings,
  extraction: { overlapBars: 5, reachDays: 30, symbolsPerRun: 1 },
};

const request = (changes: Partial<ExtractRequest>): ExtractRequest => ({
  version: 1,
  kind: "extract",
  assetClass: "stock",
  interval: "15min",
  provider: "synthetic",
  // A Friday, an hour before New York closes.
  scheduledTime: "2026-11-20T20:00:00Z",
  trigger: "schedule",
  ...changes,
});

/** Asks for the bars of a few symbols. */
async function extract(station: Station, changes: Partial<ExtractRequest>): Promise<void> {
  const asked = request(changes);
  const symbols = (await synthetic.universe(asked)).slice(0, symbolsOfEach);
  await station.extract({ ...asked, symbols });
}

async function drain(station: Station): Promise<void> {
  await runTask<"drain">(station, { kind: "drain" }, () => {});
}

/** Loads a file that has a bar with a negative price. */
async function loadBadRow(station: Station, lake: Lake): Promise<void> {
  const path = join(lake.directory, "bad.csv");
  await writeFile(path, "symbol,date,open,high,low,close,volume\nAAA,2026-11-18,1,2,-1,1,10\n");
  await runTask<"load">(
    station,
    {
      kind: "load",
      file: {
        path,
        assetClass: "stock",
        interval: "1d",
        adjustment: "none",
        currency: "USD",
        provider: "csv",
      },
    },
    () => {},
  );
}

/** Asks transform for a raw object that is not there. */
async function announceMissingObject(station: Station): Promise<void> {
  const { assetClass, interval } = request({});
  const key = `raw/parquet/asset_class=${assetClass}/interval=${interval}/dt=2026-11-20/csv-run-shard-00-abc123.parquet`;
  const message = {
    version: 1,
    kind: "transform",
    runId: "run",
    scheduledMs: Date.UTC(2026, 10, 20),
    assetClass,
    interval,
    shard: 0,
    sources: [{ key, rows: 1, fromMs: Date.UTC(2026, 10, 19), toMs: Date.UTC(2026, 10, 20) }],
  };
  await station.queue("transform").send([{ body: JSON.stringify(message), attributes: {} }]);
}

/** All that the functions do, in a few seconds of small data. */
async function runEverything(station: Station, lake: Lake): Promise<void> {
  await extract(station, {});
  await extract(station, { scheduledTime: "2026-11-20T20:15:00Z" });
  await extract(station, { assetClass: "index", interval: "5min" });
  const threeYears = { fromMs: Date.UTC(2024, 5), toMs: Date.UTC(2026, 10, 20) };
  // The second time as Lambda's retry would: it meets its own objects.
  for (let attempt = 1; attempt <= 2; attempt++) {
    await extract(station, { assetClass: "etf", interval: "1d", window: threeYears });
    await extract(station, { assetClass: "crypto", interval: "1h", provider: "keyed" });
    const anHourLater = { scheduledTime: "2026-11-20T21:00:00Z" };
    await extract(station, { assetClass: "crypto", interval: "1h", provider: "keyed", ...anHourLater });
  }
  await loadBadRow(station, lake);
  await announceMissingObject(station);
  for (const name of ["extract", "transform", "indicators"]) {
    await station.queue(name).send([{ body: "poison", attributes: {}, group: "synthetic" }]);
  }
  await drain(station);
  const gapsOfAWeek = { lastDays: 7, only: "gaps", scheduledTime: "2026-11-21T09:00:00Z" } as const;
  await extract(station, gapsOfAWeek);
  await extract(station, { ...gapsOfAWeek, interval: "1d", assetClass: "etf" });
  await drain(station);
  await station.health({ version: 1, kind: "health", scheduledTime: "2026-11-21T09:30:00Z" });
}

/** A handler that must leave `deadlineReserveMs` has next to no time then, and hands on what is left. */
function inAHurry({ functions, ...rest }: Wiring): Wiring {
  return {
    ...rest,
    functions: functions.map((wired) => (wired.id === "indicators" ? { ...wired, timeoutMs: 5_001 } : wired)),
  };
}

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let lakes = 0;

async function withStation(
  options: { readonly wiring: Wiring; readonly observe?: (call: FunctionCall) => void },
  use: (station: Station, lake: Lake) => Promise<void>,
): Promise<void> {
  const lake = await openOrCreateLake(join(directory.path, `lake-${++lakes}`), settings);
  const watched = [
    { assetClass: "stock", interval: "15min" },
    { assetClass: "etf", interval: "1d", symbols: ["NEW"] },
  ] as const;
  const station = new Station({ ...options, lake, providers, watched, logLevel: "SILENT" });
  try {
    await use(station, lake);
  } finally {
    station.close();
  }
}

const recorded = new Map<string, FunctionCall>();
const record = (call: FunctionCall) => void recorded.set(JSON.stringify(call), call);
const calls = () => [...recorded.values()];

beforeAll(async () => {
  directory = await temporaryDirectory();
  vi.stubEnv("LEAST_PRIVILEGE_KEY", "not a real key");
  await withStation({ wiring: inAHurry(wiring), observe: record }, runEverything);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await directory.remove();
});

const quarantineWrites: Grant = {
  functionId: "transform",
  action: "s3:PutObject",
  resource: "curated/curated/quarantine/*",
};

describe("the roles of the functions", () => {
  test("allow every call that the functions make", () => {
    expect(calls().length).toBeGreaterThan(100);
    expect(deniedCalls(wiring, calls())).toEqual([]);
  });

  test("grant nothing that no call needs, but for what is accepted with a reason", () => {
    const unused = unusedGrants(wiring, calls());
    expect(unused.filter((grant) => !unexercisedGrants.some((each) => isAccepted(each, grant)))).toEqual([]);
  });

  test.each(unexercisedGrants)("still hold what is accepted because: $reason", (accepted) => {
    const unused = unusedGrants(wiring, calls());
    const found = unused.filter((grant) => isAccepted(accepted, grant));
    expect(found).toHaveLength(accepted.functions.length * accepted.actions.length);
  });
});

describe("the proof", () => {
  test("fails for a role that lacks a grant", () => {
    const denied = deniedCalls(withoutGrant(wiring, quarantineWrites), calls());
    expect(new Set(denied.map(({ functionId, action }) => `${functionId} ${action}`))).toEqual(
      new Set(["transform s3:PutObject"]),
    );
  });

  test.each<Grant>([
    { functionId: "transform", action: "s3:DeleteObject", resource: "curated/curated/bars_daily/*" },
    { functionId: "indicators", action: "s3:GetObject", resource: "raw/raw/parquet/*" },
    { functionId: "extract", action: "sqs:SendMessage", resource: "indicators" },
    { functionId: "extract", action: "s3:*", resource: "curated/curated/features_dataset/*" },
  ])("fails for $functionId with an unused grant of $action on $resource", (grant) => {
    expect(unusedGrants(withGrant(wiring, grant), calls())).toContainEqual(grant);
  });

  test("fails for a grant that is wider than the ones beside it", () => {
    const grant: Grant = { functionId: "transform", action: "s3:PutObject", resource: "curated/*" };
    expect(unusedGrants(withGrant(wiring, grant), calls())).toEqual(
      expect.arrayContaining([grant, quarantineWrites]),
    );
  });
});

describe("the embedded runtime", () => {
  test("refuses a call that the function's role does not allow, and keeps the message", async () => {
    await withStation({ wiring: withoutGrant(wiring, quarantineWrites) }, async (station, lake) => {
      await loadBadRow(station, lake);
      await expect(drain(station)).rejects.toThrow(
        /AccessDenied: function "transform" may not call s3:PutObject on "curated\/curated\/quarantine\/.+": no policy grants it/,
      );
      expect(await station.queue("transform").depth()).toEqual({ visible: 1, inFlight: 0 });
      expect(await station.queue("transform-dlq").depth()).toEqual({ visible: 0, inFlight: 0 });
    });
  });

  test("polls no queue that the function's role does not allow to read", async () => {
    const reading: Grant = { functionId: "indicators", action: "sqs:ReceiveMessage", resource: "indicators" };
    await withStation({ wiring: withoutGrant(wiring, reading) }, async (station) => {
      await expect(drain(station)).rejects.toThrow(AccessDeniedError);
    });
  });

  test("does not hold the operator to the policies of functions", async () => {
    const nothing = grantsOf(wiring).reduce(withoutGrant, wiring);
    expect(grantsOf(nothing)).toEqual([]);
    await withStation({ wiring: nothing }, async (station, lake) => {
      await loadBadRow(station, lake);
      expect((await station.queue("transform").depth()).visible).toBe(1);
    });
  });
});
