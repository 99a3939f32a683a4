import { describe, expect, it } from "vitest";
import { shardName, shardOf } from "../../../core/lake/sharding.ts";

describe("shardOf", () => {
  // Vectors of FNV-1a, 32 bit: http://www.isthe.com/chongo/src/fnv/test_fnv.c (fnv1a_32_vector).
  it.each([
    ["", 0x811c9dc5],
    ["a", 0xe40c292c],
    ["b", 0xe70c2de5],
    ["c", 0xe60c2c52],
    ["d", 0xe10c2473],
    ["e", 0xe00c22e0],
    ["f", 0xe30c2799],
    ["fo", 0x6222e842],
    ["foo", 0xa9f37ed7],
    ["foob", 0x3f5076ef],
    ["fooba", 0x39aaa18a],
    ["foobar", 0xbf9cf968],
  ])("hashes %j to the published FNV-1a value", (text, hash) => {
    expect(shardOf(text, 2 ** 32)).toBe(hash);
  });

  // Written down once, by an implementation in Python: lakes hold data at these places.
  it.each([
    ["AAPL", 3, 11],
    ["MSFT", 3, 51],
    ["^GSPC", 2, 46],
    ["BTC-USD", 1, 49],
    ["EURUSD", 1, 33],
    ["CL=F", 1, 25],
    ["THYAO.IS", 2, 58],
    ["BRK-B", 1, 53],
    ["UST10Y", 1, 45],
    ["XAUUSD", 3, 39],
  ])("puts %s for ever into shard %d of 4 and %d of 64", (symbol, of4, of64) => {
    expect(shardOf(symbol, 4)).toBe(of4);
    expect(shardOf(symbol, 64)).toBe(of64);
    expect(shardOf(symbol, 1)).toBe(0);
  });

  it("spreads all tickers of three letters evenly over 64 shards", () => {
    const letters = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    const counts = new Uint32Array(64);
    for (const a of letters) {
      for (const b of letters) for (const c of letters) counts[shardOf(a + b + c, 64)]!++;
    }
    const mean = letters.length ** 3 / 64;
    expect(Math.min(...counts)).toBeGreaterThan(mean * 0.7);
    expect(Math.max(...counts)).toBeLessThan(mean * 1.3);
  });
});

describe("shardName", () => {
  it.each([
    [0, "shard-00"],
    [7, "shard-07"],
    [63, "shard-63"],
    [4_095, "shard-4095"],
  ])("of %d is %s", (shard, name) => {
    expect(shardName(shard)).toBe(name);
  });
});
