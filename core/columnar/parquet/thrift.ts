/**
 * Whether the lists of a Thrift structure, of which footers and page headers consist, fit into its bytes. Their reader makes
 * room for as many entries as a list says it has before it reads the first.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
import { readVarInt } from "hyparquet/src/thrift.js";

interface Reader {
  readonly view: DataView;
  offset: number;
}

const stop = 0;
/** Of lists whose length is a number of its own. */
const longList = 15;

/** @throws RangeError for a structure at `offset` that has a list of more entries than there are bytes left, or ends too late. */
export function checkThrift(view: DataView, offset: number): void {
  skipStruct({ view, offset });
}

function skipStruct(reader: Reader): void {
  for (;;) {
    const head = reader.view.getUint8(reader.offset++);
    const type = head & 0x0f;
    if (type === stop) return;
    const hasOwnId = head >> 4 === 0;
    if (hasOwnId) skipNumber(reader);
    skipElement(reader, type);
  }
}

function skipElement(reader: Reader, type: number): void {
  switch (type) {
    // True and false: the type is the value.
    case 1:
    case 2:
      return;
    case 3:
      reader.offset++;
      return;
    case 4:
    case 5:
    case 6:
      skipNumber(reader);
      return;
    case 7:
      reader.offset += 8;
      return;
    case 8: {
      const length = readLength(reader);
      reader.offset += length;
      return;
    }
    case 9:
      skipList(reader);
      return;
    case 12:
      skipStruct(reader);
      return;
    default:
      throw new RangeError(`expected a type of Parquet's metadata, got ${type}`);
  }
}

function skipList(reader: Reader): void {
  const head = reader.view.getUint8(reader.offset++);
  const type = head & 0x0f;
  const length = head >> 4 === longList ? readLength(reader) : head >> 4;
  // Of booleans each has a byte in lists.
  for (let i = 0; i < length; i++) skipElement(reader, type === 1 || type === 2 ? 3 : type);
}

/** No entry and no character takes less than a byte. */
function readLength(reader: Reader): number {
  const length = readVarInt(reader);
  const left = reader.view.byteLength - reader.offset;
  if (length >= 0 && length <= left) return length;
  throw new RangeError(`expected a length of at most ${left}, got ${length}`);
}

/** A number has seven bits a byte, and the last byte no eighth. */
function skipNumber(reader: Reader): void {
  while (reader.view.getUint8(reader.offset++) >= 0x80);
}
