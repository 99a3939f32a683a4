/** The layout that our writer makes and our fast reader knows: pages with checksums, zstd where it pays. */
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { CompressionCodec, PageHeader } from "hyparquet";
import { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { parquetHeader } from "hyparquet/src/column.js";
import { checkThrift } from "./thrift.ts";

export const magic = new TextEncoder().encode("PAR1");

/** Names the layout in the footer, in the form `application version n` that other readers parse. */
export const writerName = "marketlake version 1";

/** Below this a zstd frame costs more time and bytes than it saves. */
const compressedBytesMin = 512;
const zstdLevel = 1;
/** One output chunk for a whole page: zlib's default of 16 KiB would be joined from many. */
const spareBytes = 1_024;

/** Bytes collected piece by piece and joined once. */
export class ByteSink {
  offset = 0;
  readonly #pieces: Uint8Array[] = [];

  append(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.offset += bytes.length;
  }

  bytes(): Uint8Array {
    const joined = new Uint8Array(this.offset);
    let at = 0;
    for (const piece of this.#pieces) {
      joined.set(piece, at);
      at += piece.length;
    }
    return joined;
  }
}

/** The codec of a column chunk whose pages hold `sizeBytes` in all. */
export function codecFor(sizeBytes: number): CompressionCodec {
  return sizeBytes < compressedBytesMin ? "UNCOMPRESSED" : "ZSTD";
}

/** Appends header and page. Returns their uncompressed size, which the footer states. */
export function writePage(
  file: ByteSink,
  codec: CompressionCodec,
  page: Uint8Array,
  kind: Pick<PageHeader, "data_page_header"> | Pick<PageHeader, "dictionary_page_header">,
): number {
  // Uncompressed bytes may lie in memory that the next column uses again.
  const stored = codec === "ZSTD" ? compress(page) : page.slice();
  const header = new ByteWriter();
  writePageHeader(header, {
    type: "data_page_header" in kind ? "DATA_PAGE" : "DICTIONARY_PAGE",
    uncompressed_page_size: page.length,
    compressed_page_size: stored.length,
    crc: crc32(stored) | 0,
    ...kind,
  });
  file.append(header.getBytes());
  file.append(stored);
  return header.offset + page.length;
}

export interface Page {
  readonly header: PageHeader;
  readonly bytes: Uint8Array;
}

/**
 * The page that starts at `offset` of a file of ours.
 * @param bytesMax of the page when decompressed, as the footer says of its whole chunk
 * @throws RangeError where its checksum or its size is wrong.
 */
export function readPage(file: Uint8Array, offset: number, codec: CompressionCodec, bytesMax: number): Page {
  const { header, stored } = readStored(file, offset, bytesMax);
  if (header.crc === undefined) throw new RangeError(`page at byte ${offset} has no checksum`);
  const bytes = codec === "ZSTD" ? decompress(stored, header.uncompressed_page_size) : stored;
  if (bytes.length !== header.uncompressed_page_size) {
    throw new RangeError(
      `page at byte ${offset} has ${bytes.length} bytes, expected ${header.uncompressed_page_size}`,
    );
  }
  return { header, bytes };
}

/** Goes through the pages of a chunk of another writer. @throws RangeError as `readPage`, but that checksums may be absent. */
export function checkPages(chunk: Uint8Array, bytesMax: number): void {
  for (let at = 0; at < chunk.length;) at = readStored(chunk, at, bytesMax).end;
}

function readStored(file: Uint8Array, offset: number, bytesMax: number) {
  const reader = { view: new DataView(file.buffer, file.byteOffset, file.byteLength), offset };
  checkThrift(reader.view, offset);
  const header = parquetHeader(reader);
  const { compressed_page_size: storedBytes, uncompressed_page_size: bytes } = header;
  const end = reader.offset + storedBytes;
  const stored = file.subarray(reader.offset, end);
  if (!(storedBytes >= 0) || stored.length !== storedBytes)
    throw new RangeError(`page at byte ${offset} is cut off`);
  if (header.crc !== undefined && crc32(stored) !== header.crc >>> 0) {
    throw new RangeError(`page at byte ${offset} has a wrong checksum`);
  }
  if (!(bytes >= 0 && bytes <= bytesMax)) {
    throw new RangeError(
      `page at byte ${offset} claims ${bytes} bytes, of a column chunk that has ${bytesMax}`,
    );
  }
  return { header, stored, end };
}

/** Definition levels stand before the values, with their length. */
export function joinLevels(levels: Uint8Array, values: Uint8Array): Uint8Array {
  const page = new Uint8Array(4 + levels.length + values.length);
  new DataView(page.buffer).setUint32(0, levels.length, true);
  page.set(levels, 4);
  page.set(values, 4 + levels.length);
  return page;
}

function compress(page: Uint8Array): Uint8Array {
  return zstdCompressSync(page, {
    chunkSize: page.length + spareBytes,
    params: { [constants.ZSTD_c_compressionLevel]: zstdLevel },
  });
}

/** A decompressor as hyparquet calls it, too. */
export function decompress(stored: Uint8Array, sizeBytes: number): Uint8Array {
  return zstdDecompressSync(stored, {
    chunkSize: sizeBytes + spareBytes,
    maxOutputLength: sizeBytes + spareBytes,
  });
}
