import { describe, expect, test } from "vitest";
import { resiliencePolicySchema } from "../../../core/providers/resilience/index.ts";
import { freshLane } from "../../../core/providers/resilience/lane-state.ts";
import { defaultLakeSettings } from "../../../core/settings.ts";
import { changeSettings } from "../../../local/lake.ts";
import { freshnessOf, providerStatuses } from "../../../local/runtime/health.ts";

const behind = (assetClass: string, interval: string, lastBar: string, now: string) =>
  freshnessOf([{ asset_class: assetClass, interval, last_bar: lastBar }], Date.parse(now))[0];

describe("freshness", () => {
  // New York, from 25 November 2026: open until 16:00 (21:00 UTC), closed for Thanksgiving, open until 13:00, weekend.
  test("expects no bar of a session that has not begun, nor of a holiday", () => {
    expect(behind("stock", "15min", "2026-11-25T20:45:00Z", "2026-11-27T14:29:00Z")).toMatchObject({
      expectedBar: "2026-11-25T20:45:00.000Z",
      barsBehind: 0,
    });
  });

  test("counts the bars of the sessions between, half days as such", () => {
    expect(behind("stock", "15min", "2026-11-25T20:45:00Z", "2026-11-29T12:00:00Z")).toMatchObject({
      expectedBar: "2026-11-27T17:45:00.000Z",
      barsBehind: 14,
    });
    expect(behind("stock", "1d", "2026-11-24T00:00:00Z", "2026-11-29T12:00:00Z")).toMatchObject({
      expectedBar: "2026-11-27T00:00:00.000Z",
      barsBehind: 2,
    });
  });

  test("expects a bar once it has ended, and a daily one after the close", () => {
    expect(behind("stock", "15min", "2026-11-25T15:00:00Z", "2026-11-25T15:29:59Z")!.barsBehind).toBe(0);
    expect(behind("stock", "15min", "2026-11-25T15:00:00Z", "2026-11-25T15:30:00Z")!.barsBehind).toBe(1);
    expect(behind("stock", "1d", "2026-11-24T00:00:00Z", "2026-11-25T20:59:59Z")!.barsBehind).toBe(0);
    expect(behind("stock", "1d", "2026-11-24T00:00:00Z", "2026-11-25T21:00:00Z")!.barsBehind).toBe(1);
  });

  test("is not lost for a bar that has begun already", () => {
    expect(behind("crypto", "1h", "2026-11-25T15:00:00Z", "2026-11-25T15:30:00Z")).toMatchObject({
      expectedBar: "2026-11-25T14:00:00.000Z",
      barsBehind: 0,
    });
  });
});

describe("the status of a provider", () => {
  test("tells breaker, budgets and the last answers", () => {
    const nowMs = Date.UTC(2026, 10, 20, 18);
    const policy = resiliencePolicySchema.parse({ calls: { callsPerDay: 250 } });
    const settings = { ...defaultLakeSettings, providerPolicies: { fmp: policy } };
    const state = {
      ...freshLane,
      day: { startMs: Date.UTC(2026, 10, 20), calls: 42 },
      month: { startMs: Date.UTC(2026, 10), calls: 900 },
      breaker: { failures: 5, openedAtMs: nowMs - 1_000, probeAtMs: null },
      lastSuccessMs: nowMs - 60_000,
      lastFailure: { atMs: nowMs - 1_000, message: "HTTP 503" },
    };
    expect(providerStatuses(new Map([["fmp", state]]), settings, nowMs)).toEqual([
      {
        provider: "fmp",
        breaker: "open",
        failures: 5,
        today: { unit: "calls", used: 42, limit: 250, resetsAt: "2026-11-21T00:00:00.000Z" },
        thisMonth: { unit: "calls", used: 900, limit: null, resetsAt: "2026-12-01T00:00:00.000Z" },
        lastSuccess: "2026-11-20T17:59:00.000Z",
        lastFailure: "2026-11-20T17:59:59.000Z",
        lastFailureText: "HTTP 503",
      },
    ]);
  });
});

describe("a lake under another configuration", () => {
  test("keeps its shards, on which its objects depend, and takes the rest", () => {
    const lake = { directory: "lake", settings: defaultLakeSettings };
    const changed = changeSettings(lake, {
      ...defaultLakeSettings,
      shardCounts: { ...defaultLakeSettings.shardCounts, stock: 64 },
      providerChains: { stock: ["yahoo"] },
    });
    expect(changed.settings.shardCounts).toEqual(defaultLakeSettings.shardCounts);
    expect(changed.settings.providerChains).toEqual({ stock: ["yahoo"] });
  });
});
