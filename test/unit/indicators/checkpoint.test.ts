import { zstdCompressSync, crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { UnreadableObjectError } from "../../../core/errors.ts";
import {
  advanceIndicators,
  decodeCheckpoint,
  decodeCheckpointHeader,
  encodeCheckpoint,
  IndicatorStates,
} from "../../../core/indicators/index.ts";
import { closesOnly, indicatorBars } from "../../helpers/indicator-bars.ts";

const key = "curated/_state/indicators/asset_class=stock/interval=1d/shard-00/2024";
const header = { barsEtag: '"5d41402a"', previous: "curated/… ü" };
const closes = Array.from({ length: 250 }, (_, i) => 100 + ((i * 7) % 13));

const { states } = advanceIndicators(
  IndicatorStates.empty(),
  indicatorBars(
    closesOnly("^GSPC", closes),
    closesOnly("BRK.B", closes.slice(0, 30)),
    closesOnly("Ünïçödé", [1]),
  ),
);
const bytes = encodeCheckpoint(header, states);

describe("a checkpoint", () => {
  test("gives back its header and its states", () => {
    const decoded = decodeCheckpoint(key, bytes);
    expect(decoded.header).toEqual(header);
    expect(decoded.states.symbols).toEqual(["BRK.B", "^GSPC", "Ünïçödé"]);
    expect(decoded.states.slots).toEqual(states.slots);
    expect(decodeCheckpointHeader(key, bytes)).toEqual(header);
  });

  test("has the same bytes whenever the same symbols got the same bars, in whatever order", () => {
    const first = advanceIndicators(IndicatorStates.empty(), indicatorBars(closesOnly("Ünïçödé", [1])));
    const second = advanceIndicators(
      first.states,
      indicatorBars(closesOnly("BRK.B", closes.slice(0, 30)), closesOnly("^GSPC", closes)),
    );
    expect(encodeCheckpoint({ previous: header.previous, barsEtag: header.barsEtag }, second.states)).toEqual(
      bytes,
    );
  });

  test("reads from bytes that lie within a larger buffer", () => {
    const larger = Buffer.concat([Buffer.from("xyz"), bytes, Buffer.from("more")]);
    expect(decodeCheckpoint(key, larger.subarray(3, 3 + bytes.length)).header).toEqual(header);
  });

  test("of no symbols is one too", () => {
    const empty = encodeCheckpoint(header, IndicatorStates.empty());
    expect(decodeCheckpoint(key, empty).states.symbolCount).toBe(0);
  });

  test("takes at most 2.5 KB per symbol", () => {
    const noise = Array.from({ length: 250 }, (_, i) => Math.exp(Math.sin(i * i)));
    const series = Array.from({ length: 50 }, (_, i) =>
      closesOnly(
        `S${i}`,
        noise.map((price) => price * (i + 1)),
      ),
    );
    const many = advanceIndicators(IndicatorStates.empty(), indicatorBars(...series)).states;
    expect(encodeCheckpoint(header, many).length / many.symbolCount).toBeLessThan(2_500);
  });
});

describe("bytes that are no checkpoint of this release", () => {
  test.each([
    ["nothing", new Uint8Array(0)],
    ["a Parquet file", Buffer.from("PAR1 and something behind it that is long enough")],
    ["one cut in half", bytes.subarray(0, bytes.length >> 1)],
    ["one cut in its preamble", bytes.subarray(0, 20)],
    ["one with bytes behind it", Buffer.concat([bytes, Buffer.from([0])])],
    ["one of another version", withByte(bytes, 4, 99)],
  ])("are refused with the key: %s", (_, foreign) => {
    expect(() => decodeCheckpoint(key, foreign)).toThrow(UnreadableObjectError);
    expect(() => decodeCheckpoint(key, foreign)).toThrow(key);
    expect(() => decodeCheckpointHeader(key, foreign)).toThrow(UnreadableObjectError);
  });

  test("are refused whichever bit is flipped", () => {
    for (let i = 0; i < bytes.length; i++) {
      expect(() => decodeCheckpoint(key, withByte(bytes, i, bytes[i]! ^ 0x10)), `byte ${i}`).toThrow(
        UnreadableObjectError,
      );
    }
  });

  test.each([
    ["no compressed body", Buffer.from("plain")],
    ["an empty body", zstdCompressSync(Buffer.alloc(2))],
    ["symbols that are not JSON", zstdCompressSync(Buffer.from("\u0003\0\0\0[1,"))],
    ["symbols that are not strings", zstdCompressSync(Buffer.from("\u0003\0\0\0[1]"))],
    ["fewer slots than symbols", zstdCompressSync(Buffer.from('\u0005\0\0\0["A"]'))],
  ])("are refused though every checksum fits: %s", (_, body) => {
    expect(() => decodeCheckpoint(key, withBody(body))).toThrow(UnreadableObjectError);
  });

  test("are refused where the header is not one", () => {
    const foreign = Buffer.from(encodeCheckpoint({ ...header, barsEtag: "\\" }, states));
    const start = foreign.indexOf("barsEtag");
    foreign.write("BARSetag", start);
    foreign.writeUInt32LE(crc32(foreign.subarray(24, 24 + foreign.readUInt32LE(8))), 16);
    expect(() => decodeCheckpointHeader(key, foreign)).toThrow(UnreadableObjectError);
  });
});

function withByte(source: Uint8Array, at: number, value: number): Uint8Array {
  const changed = Uint8Array.from(source);
  changed[at] = value;
  return changed;
}

/** The checkpoint with another body, lengths and checksums made to fit. */
function withBody(body: Buffer): Uint8Array {
  const headerEnd = 24 + Buffer.from(bytes).readUInt32LE(8);
  const changed = Buffer.concat([bytes.subarray(0, headerEnd), body]);
  changed.writeUInt32LE(body.length, 12);
  changed.writeUInt32LE(crc32(body), 20);
  return changed;
}
