/** Whether bytes are text at all, as people tend to pass the file they have. */

const signatures: readonly { readonly bytes: readonly number[]; readonly kind: string }[] = [
  { bytes: [0x1f, 0x8b], kind: "a gzip file; decompress it or keep its name ending in .gz" },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], kind: "a zstd file; decompress it" },
  { bytes: [0x50, 0x4b, 0x03, 0x04], kind: "a ZIP or Excel file; unpack it or save it as CSV" },
  { bytes: [0x50, 0x41, 0x52, 0x31], kind: "a Parquet file" },
  { bytes: [0xff, 0xfe], kind: "UTF-16; save it as UTF-8" },
  { bytes: [0xfe, 0xff], kind: "UTF-16; save it as UTF-8" },
];

/** What a file that starts with `bytes` is instead of text, or null. */
export function binaryKind(bytes: Uint8Array): string | null {
  const found = signatures.find((signature) => signature.bytes.every((byte, at) => bytes[at] === byte));
  return found?.kind ?? null;
}

export function startsWithByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of `bytes`, or null where they are not UTF-8 or hold NUL, which no text does. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    const text = decoder.decode(bytes);
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}
