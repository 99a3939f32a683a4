import { nullCode } from "../../columnar/batch.ts";

const initialSlots = 1_024;

/** Dictionary codes of short byte strings, found without making a string of those seen before. */
export class ByteDictionary {
  /** Text of each code. */
  readonly texts: string[] = [];
  readonly #keys: Uint8Array[] = [];
  readonly #hashes: number[] = [];
  /** Open addressing with linear probing; −1 is free. Never more than half full. */
  #slots = new Int32Array(initialSlots).fill(-1);
  #lastCode = -1;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  /** The code of `bytes[from..to)`, which must be UTF-8; `nullCode` where that is empty. */
  codeOf(bytes: Uint8Array, from: number, to: number): number {
    if (from === to) return nullCode;
    // Files are mostly sorted by symbol: the last one is the best guess.
    if (this.#lastCode >= 0 && isKey(this.#keys[this.#lastCode]!, bytes, from, to)) return this.#lastCode;
    const hash = hashOf(bytes, from, to);
    let slot = hash & (this.#slots.length - 1);
    for (let code = this.#slots[slot]!; code >= 0; code = this.#slots[slot]!) {
      if (this.#hashes[code] === hash && isKey(this.#keys[code]!, bytes, from, to)) {
        this.#lastCode = code;
        return code;
      }
      slot = (slot + 1) & (this.#slots.length - 1);
    }
    return this.#add(hash, bytes.slice(from, to));
  }

  codeOfText(text: string): number {
    const bytes = new TextEncoder().encode(text);
    return this.codeOf(bytes, 0, bytes.length);
  }

  #add(hash: number, key: Uint8Array): number {
    const code = this.texts.push(this.#decoder.decode(key)) - 1;
    this.#keys.push(key);
    this.#hashes.push(hash);
    if (2 * this.#keys.length > this.#slots.length) {
      this.#slots = new Int32Array(4 * this.#slots.length).fill(-1);
      for (let known = 0; known < code; known++) this.#place(known);
    }
    this.#place(code);
    this.#lastCode = code;
    return code;
  }

  #place(code: number): void {
    let slot = this.#hashes[code]! & (this.#slots.length - 1);
    while (this.#slots[slot]! >= 0) slot = (slot + 1) & (this.#slots.length - 1);
    this.#slots[slot] = code;
  }
}

function isKey(key: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (key.length !== to - from) return false;
  for (let i = 0; i < key.length; i++) if (key[i] !== bytes[from + i]) return false;
  return true;
}

/** FNV-1a, 32 bit, as in core/lake/sharding.ts. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash >>> 0;
}
