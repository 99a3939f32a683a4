/**
 * Indicator states as an object of the lake. Little-endian throughout, as every processor that Node runs on here:
 *
 * | bytes | content |
 * | --- | --- |
 * | 0–3 | `MLIC` |
 * | 4–7 | version of this format and of the indicators' definitions |
 * | 8–11 | length of the header in bytes |
 * | 12–15 | length of the body in bytes |
 * | 16–19 | CRC-32 of the header |
 * | 20–23 | CRC-32 of the body |
 * | 24– | header: JSON |
 * | then | body: zstd of the length of the symbols in bytes, the symbols as JSON, and their slots |
 */
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { UnreadableObjectError } from "../errors.ts";
import * as z from "../zod.ts";
import { IndicatorStates, slotCount } from "./state.ts";

const magic = 0x4349_4c4d;
/** Raise it whenever slots or the meaning of one change: older checkpoints are then rebuilt from bars. */
const version = 1;
const preambleBytes = 24;
const compressionLevel = 1;
/** A shard of 400,000 symbols; more is damage. */
const bodyBytesMax = 0x3000_0000;

const headerSchema = z.strictObject({
  barsEtag: z.string(),
  previous: z.string(),
  /** Absent where none were applied. */
  splits: z.exactOptional(z.string()),
});
const symbolsSchema = z.array(z.string());

/** Which inputs the states were computed from, in the words of the caller: the bars' etag, the checkpoint before, and splits. */
export type CheckpointHeader = Readonly<z.infer<typeof headerSchema>>;

/** The same header and states always give the same bytes. */
export function encodeCheckpoint(header: CheckpointHeader, states: IndicatorStates): Uint8Array {
  const headerBytes = Buffer.from(
    JSON.stringify({ barsEtag: header.barsEtag, previous: header.previous, splits: header.splits }),
  );
  const body = encodeBody(states);
  const preamble = Buffer.alloc(preambleBytes);
  preamble.writeUInt32LE(magic, 0);
  preamble.writeUInt32LE(version, 4);
  preamble.writeUInt32LE(headerBytes.length, 8);
  preamble.writeUInt32LE(body.length, 12);
  preamble.writeUInt32LE(crc32(headerBytes), 16);
  preamble.writeUInt32LE(crc32(body), 20);
  return Buffer.concat([preamble, headerBytes, body]);
}

/**
 * @param key of the object, for the error.
 * @throws UnreadableObjectError where the bytes are foreign, cut, damaged or of another version.
 */
export function decodeCheckpoint(
  key: string,
  bytes: Uint8Array,
): { header: CheckpointHeader; states: IndicatorStates } {
  const { headerBytes, body, bodyChecksum } = splitCheckpoint(key, bytes);
  if (crc32(body) !== bodyChecksum) throw unreadable(key, "its body does not match its checksum");
  return { header: parseHeader(key, headerBytes), states: decodeBody(key, body) };
}

/** As `decodeCheckpoint`, without looking into the body. */
export function decodeCheckpointHeader(key: string, bytes: Uint8Array): CheckpointHeader {
  return parseHeader(key, splitCheckpoint(key, bytes).headerBytes);
}

function splitCheckpoint(key: string, bytes: Uint8Array) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < preambleBytes || buffer.readUInt32LE(0) !== magic) {
    throw unreadable(key, "it does not begin as a checkpoint does");
  }
  const found = buffer.readUInt32LE(4);
  if (found !== version) throw unreadable(key, `expected version ${version}, got "${found}"`);
  const bodyStart = preambleBytes + buffer.readUInt32LE(8);
  const end = bodyStart + buffer.readUInt32LE(12);
  if (end !== buffer.length) throw unreadable(key, `expected ${end} bytes, got "${buffer.length}"`);
  const headerBytes = buffer.subarray(preambleBytes, bodyStart);
  if (crc32(headerBytes) !== buffer.readUInt32LE(16)) {
    throw unreadable(key, "its header does not match its checksum");
  }
  return { headerBytes, body: buffer.subarray(bodyStart), bodyChecksum: buffer.readUInt32LE(20) };
}

function encodeBody({ symbols, slots }: IndicatorStates): Buffer {
  const names = Buffer.from(JSON.stringify(symbols));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(names.length);
  // Processors differ in the bits of the NaN they make; the bytes of a checkpoint must not.
  const values = Buffer.from(slots.map((value) => (Number.isNaN(value) ? Number.NaN : value)).buffer);
  return zstdCompressSync(Buffer.concat([length, names, values]), {
    params: { [constants.ZSTD_c_compressionLevel]: compressionLevel },
  });
}

function decodeBody(key: string, body: Buffer): IndicatorStates {
  const { symbols, values } = decoded(key, "body", () => {
    const plain = zstdDecompressSync(body, { maxOutputLength: bodyBytesMax });
    const valuesStart = 4 + plain.readUInt32LE(0);
    const names = plain.toString("utf8", 4, valuesStart);
    return { symbols: symbolsSchema.parse(JSON.parse(names)), values: plain.subarray(valuesStart) };
  });
  const slots = new Float64Array(symbols.length * slotCount);
  if (values.length !== slots.byteLength) {
    throw unreadable(key, `expected ${slots.byteLength} bytes of slots, got "${values.length}"`);
  }
  new Uint8Array(slots.buffer).set(values);
  return new IndicatorStates(symbols, slots);
}

function parseHeader(key: string, headerBytes: Buffer): CheckpointHeader {
  return decoded(key, "header", () => headerSchema.parse(JSON.parse(headerBytes.toString("utf8"))));
}

function decoded<T>(key: string, part: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw unreadable(key, `its ${part} cannot be decoded`, { cause: error });
  }
}

function unreadable(key: string, problem: string, options?: ErrorOptions): UnreadableObjectError {
  return new UnreadableObjectError(
    key,
    `not an indicator checkpoint of this release: ${problem}; it can be rebuilt from bars`,
    options,
  );
}
