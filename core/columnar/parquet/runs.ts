/**
 * Parquet's hybrid of run lengths and bit packing, for dictionary indexes and definition levels.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/ (RLE = 3)
 */

/** Shorter repetitions cost less inside a bit-packed stretch than as a run with its own header. */
const shortestRun = 16;
/** Bit-packed stretches come in groups of eight values. */
const groupSize = 8;

/** Encodes `values[0..count)`, each below `2 ** bitWidth`, with `bitWidth` from 1 to 24. */
export function encodeRuns(values: Uint32Array, count: number, bitWidth: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((count * bitWidth) / 8) + count + 64);
  let at = 0;
  let pending = 0;
  for (let start = 0; start < count;) {
    let end = start + 1;
    while (end < count && values[end] === values[start]) end++;
    // Values before the run must fill whole groups, so they borrow from its start.
    const borrowed = (groupSize - ((start - pending) % groupSize)) % groupSize;
    const runLength = end - start - borrowed;
    if (runLength >= shortestRun) {
      if (start > pending) at = writePacked(bytes, at, values, pending, start + borrowed, bitWidth);
      at = writeRun(bytes, at, values[start]!, runLength, bitWidth);
      pending = end;
    }
    start = end;
  }
  if (pending < count) at = writePacked(bytes, at, values, pending, count, bitWidth);
  return bytes.subarray(0, at);
}

/**
 * Decodes `count` values from `bytes[from..to)` into the start of `values`.
 * @throws RangeError where the bytes end before the values do.
 */
export function decodeRuns(
  bytes: Uint8Array,
  from: number,
  to: number,
  bitWidth: number,
  values: Uint32Array,
  count: number,
): void {
  const mask = 2 ** bitWidth - 1;
  let at = from;
  let filled = 0;
  while (filled < count) {
    if (at >= to) throw new RangeError(`run-length data ends after ${filled} of ${count} values`);
    let header = 0;
    let shift = 0;
    do header |= (bytes[at]! & 0x7f) << shift;
    while ((shift += 7) < 35 && bytes[at++]! >= 0x80);
    const length = header >>> 1;
    if ((header & 1) === 0) {
      let value = 0;
      for (let byte = 0; byte < bitWidth; byte += 8) value |= bytes[at++]! << byte;
      const end = Math.min(count, filled + length);
      values.fill(value, filled, end);
      filled = end;
    } else {
      const end = Math.min(count, filled + length * groupSize);
      let buffer = 0;
      let bits = 0;
      const next = at + length * bitWidth;
      while (filled < end) {
        while (bits < bitWidth) {
          buffer |= bytes[at++]! << bits;
          bits += 8;
        }
        values[filled++] = buffer & mask;
        buffer >>>= bitWidth;
        bits -= bitWidth;
      }
      at = next;
    }
  }
}

/** Bits per index into a dictionary of `valueCount` entries. */
export function bitWidthOf(valueCount: number): number {
  return Math.max(1, 32 - Math.clz32(valueCount - 1));
}

function writePacked(
  bytes: Uint8Array,
  offset: number,
  values: Uint32Array,
  from: number,
  to: number,
  bitWidth: number,
): number {
  const groups = Math.ceil((to - from) / groupSize);
  let at = writeVarint(bytes, offset, groups * 2 + 1);
  let buffer = 0;
  let bits = 0;
  for (let i = from; i < from + groups * groupSize; i++) {
    if (i < to) buffer |= values[i]! << bits;
    bits += bitWidth;
    while (bits >= 8) {
      bytes[at++] = buffer & 0xff;
      buffer >>>= 8;
      bits -= 8;
    }
  }
  return at;
}

function writeRun(
  bytes: Uint8Array,
  offset: number,
  value: number,
  length: number,
  bitWidth: number,
): number {
  let at = writeVarint(bytes, offset, length * 2);
  for (let byte = 0; byte < bitWidth; byte += 8) bytes[at++] = (value >>> byte) & 0xff;
  return at;
}

function writeVarint(bytes: Uint8Array, offset: number, value: number): number {
  let at = offset;
  let rest = value;
  while (rest >= 0x80) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
}
