import { createHash } from "node:crypto";

/** Hex digits kept of SHA-256: 64 bits tell the objects of one run and shard apart. */
const digits = 16;

export function contentHash(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, digits);
}
