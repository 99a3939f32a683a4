/** The life of one object of corporate actions: those of one asset class and shard, rewritten whole. */
import { mergeActions, type ActionRow } from "../actions/actions.ts";
import { fromRows, toRows } from "../columnar/batch.ts";
import { decodeParquet, encodeParquet } from "../columnar/parquet.ts";
import { InvalidMessageError, UnreadableObjectError } from "../errors.ts";
import { actionsKey, parseRawActionsKey, type ShardOfClass } from "../lake/keys.ts";
import type { ObjectStore, StoredObject } from "../ports.ts";
import { corporateActions, rawActions } from "../tables/index.ts";
import type { RewriteMode } from "./bars-object.ts";
import type { PipelineContext } from "./context.ts";
import { rewriteObject, type Rewritten } from "./rewrite.ts";

/**
 * The rows of a raw object of actions.
 * @throws UnreadableObjectError where it is missing or damaged; InvalidMessageError where the key is none of actions.
 */
export async function readRawActions(
  { stores }: Pick<PipelineContext, "stores">,
  key: string,
): Promise<{ readonly rows: ActionRow[]; readonly sizeBytes: number }> {
  if (parseRawActionsKey(key) === null) {
    throw new InvalidMessageError(`"${key}" is not the key of a raw object of corporate actions`);
  }
  const object = await stores.raw.get(key);
  if (object === null) {
    throw new UnreadableObjectError(
      key,
      "does not exist, though a message names it; raw objects are never deleted, restore it from a backup or an earlier version",
    );
  }
  const rows = toRows(rawActions, await decodeParquet(rawActions, key, object.bytes));
  return {
    rows: rows.map((row) => Object.assign(row, { source_key: key })),
    sizeBytes: object.bytes.byteLength,
  };
}

/** The actions of an object of the curated table, in the order of their keys. */
export async function decodeActions(key: string, { bytes }: StoredObject): Promise<ActionRow[]> {
  return toRows(corporateActions, await decodeParquet(corporateActions, key, bytes));
}

/** Brings the actions of a shard up to date. `replace` keeps rows of raw objects that the caller did not know. */
export async function rewriteActions(
  context: PipelineContext,
  shard: ShardOfClass,
  incoming: readonly ActionRow[],
  mode: RewriteMode,
): Promise<Rewritten> {
  const key = actionsKey(shard);
  return rewriteObject(context, context.stores.curated, key, async (current) => {
    const kept = current === null ? [] : await keptActions(key, current, mode);
    const rows = mergeActions([...kept, ...incoming], context.settings.providerPriority);
    return rows.length === 0 ? null : encodeParquet(corporateActions, fromRows(corporateActions, rows));
  });
}

async function keptActions(key: string, object: StoredObject, mode: RewriteMode): Promise<ActionRow[]> {
  if (mode.kind === "merge") return decodeActions(key, object);
  try {
    return (await decodeActions(key, object)).filter(({ source_key }) => !mode.sources.has(source_key));
  } catch (error) {
    if (error instanceof UnreadableObjectError) return [];
    throw error;
  }
}

/** Every raw object of actions. */
export async function* listRawActions(raw: ObjectStore): AsyncGenerator<{ key: string } & ShardOfClass> {
  for await (const { key } of raw.list(rawActions.prefix)) {
    const location = parseRawActionsKey(key);
    if (location === null) {
      throw new UnreadableObjectError(
        key,
        `is not named like a raw object of corporate actions; move it out of "${rawActions.prefix}"`,
      );
    }
    yield { key, ...location };
  }
}
