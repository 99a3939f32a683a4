import { describe, expect, test } from "vitest";
import { defaultLakeSettings } from "../../../core/settings.ts";
import { changeSettings } from "../../../local/lake.ts";

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
