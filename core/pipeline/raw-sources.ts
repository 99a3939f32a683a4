/** Reading raw objects: each is validated as a whole, its bad rows go to quarantine, its good rows on. */
import { curateBars } from "../bars/curate.ts";
import type { Bars, RawBars } from "../bars/bars.ts";
import { symbolTimeOrder } from "../bars/order.ts";
import { constantString, encodeStrings, takeRows } from "../columnar/batch.ts";
import { decodeParquet, encodeParquet } from "../columnar/parquet.ts";
import { InvalidMessageError, UnreadableObjectError } from "../errors.ts";
import { parseRawBarsKey, quarantineKey, type RawBarsLocation } from "../lake/keys.ts";
import { quarantine, rawBars } from "../tables/index.ts";
import { reasonText, validateBars } from "../quality/validate.ts";
import type { PipelineContext } from "./context.ts";
import { rewriteObject } from "./rewrite.ts";

export interface RawObject {
  readonly key: string;
  readonly location: RawBarsLocation;
  /** Sorted by (symbol, ts). */
  readonly rows: RawBars;
  readonly sizeBytes: number;
}

/**
 * @throws UnreadableObjectError where the object is missing or is no raw bars file; InvalidMessageError where the key
 * is none of a raw object.
 */
export async function readRawObject(context: PipelineContext, key: string): Promise<RawObject> {
  const location = parseRawBarsKey(key);
  if (location === null) throw new InvalidMessageError(`"${key}" is not the key of a raw bars object`);
  const object = await context.stores.raw.get(key);
  if (object === null) {
    throw new UnreadableObjectError(
      key,
      "does not exist, though a message names it; raw objects are never deleted, restore it from a backup or an earlier version",
    );
  }
  const rows = await decodeParquet(rawBars, key, object.bytes);
  const order = symbolTimeOrder(rows.columns.symbol, rows.columns.ts);
  return {
    key,
    location,
    rows: order === null ? rows : takeRows(rawBars, rows, order),
    sizeBytes: object.bytes.byteLength,
  };
}

export interface JudgedRows {
  readonly accepted: Bars;
  readonly rejectedCount: number;
  readonly bytesWritten: number;
}

/** Validates a raw object, writes its rejected rows to quarantine, and returns the accepted ones, still sorted. */
export async function judgeRawObject(context: PipelineContext, object: RawObject): Promise<JudgedRows> {
  const reasons = validateBars(object.rows, object.location);
  const acceptedRows = new Uint32Array(reasons.length);
  const rejectedRows = new Uint32Array(reasons.length);
  let accepted = 0;
  let rejected = 0;
  for (let row = 0; row < reasons.length; row++) {
    if (reasons[row] === 0) acceptedRows[accepted++] = row;
    else rejectedRows[rejected++] = row;
  }
  const bytesWritten =
    rejected === 0 ? 0 : await writeQuarantine(context, object, rejectedRows.subarray(0, rejected), reasons);
  const good =
    rejected === 0 ? object.rows : takeRows(rawBars, object.rows, acceptedRows.subarray(0, accepted));
  return { accepted: curateBars(good, object.key), rejectedCount: rejected, bytesWritten };
}

async function writeQuarantine(
  context: PipelineContext,
  { key, location, rows }: RawObject,
  rejected: Uint32Array,
  reasons: Uint16Array,
): Promise<number> {
  const taken = takeRows(rawBars, rows, rejected);
  const batch = {
    rowCount: rejected.length,
    columns: {
      ...taken.columns,
      interval: constantString(location.interval, rejected.length),
      reason_codes: encodeStrings(Array.from(rejected, (row) => reasonText(reasons[row]!))),
      source_key: constantString(key, rejected.length),
      source_row: Float64Array.from(rejected),
    },
  };
  const written = await rewriteObject(context, context.stores.curated, quarantineKey(location), () =>
    Promise.resolve(encodeParquet(quarantine, batch)),
  );
  return written.bytesWritten;
}
