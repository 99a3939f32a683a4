/** Which splits the daily bars of a shard are adjusted for. */
import { isAnnounced, type ActionRow } from "../actions/actions.ts";
import { noSplits, splitsOf, type Splits } from "../actions/splits.ts";
import { decodeParquet } from "../columnar/parquet.ts";
import {
  actionsKey,
  barsKey,
  barsPeriodPrefix,
  barsPrefix,
  parseShardObjectKey,
  type ShardOfSeries,
} from "../lake/keys.ts";
import { periodOf, type Period } from "../market.ts";
import type { ObjectInfo } from "../ports.ts";
import { barsTableOf } from "../tables/index.ts";
import { decodeActions } from "./actions-object.ts";
import type { PipelineContext } from "./context.ts";

const dayMs = 86_400_000;

/** Day of the newest bar, since the epoch, by symbol. */
type NewestBars = ReadonlyMap<string, number>;

/**
 * The splits of a shard as they stand now. One that was announced counts from the first bar of its symbol on that trades
 * in the new shares, so that prices follow from bars and actions alone, and never from the time at which they are computed.
 */
export class ShardSplits {
  readonly #context: PipelineContext;
  readonly #shard: ShardOfSeries;
  #actions: { readonly etag: string; readonly reported: Splits; readonly rows: readonly ActionRow[] } | null =
    null;
  readonly #newestBars = new Map<Period, { readonly etag: string; readonly newest: NewestBars }>();

  constructor(context: PipelineContext, shard: ShardOfSeries) {
    this.#context = context;
    this.#shard = shard;
  }

  /** None for intraday bars, which are not adjusted. What has been read is read again only where it has changed. */
  async now(): Promise<Splits> {
    if (this.#shard.interval !== "1d") return noSplits;
    const { curated } = this.#context.stores;
    const key = actionsKey(this.#shard);
    const etag = (await curated.head(key))?.etag ?? null;
    if (etag !== this.#actions?.etag) {
      const object = etag === null ? null : await curated.get(key);
      const rows = object === null ? [] : await decodeActions(key, object);
      this.#actions = object === null ? null : { etag: object.etag, reported: splitsOf(rows), rows };
    }
    if (this.#actions === null) return noSplits;
    const { rows, reported } = this.#actions;
    const announced = rows.filter((row) => row.kind === "split" && isAnnounced(row));
    if (announced.length === 0) return reported;
    const pending = new Set(await this.#pendingOf(announced));
    return splitsOf(rows.filter((row) => !pending.has(row)));
  }

  /** Announced splits after whose ex-date their symbols have no bar yet. */
  async #pendingOf(announced: readonly ActionRow[]): Promise<ActionRow[]> {
    let pending = [...announced];
    const first = Math.min(...announced.map(({ ex_date: exDate }) => exDate));
    const startAfter = barsPeriodPrefix(this.#shard, periodOf("1d", first * dayMs));
    for await (const info of this.#context.stores.curated.list(barsPrefix(this.#shard), startAfter)) {
      if (pending.length === 0) break;
      const location = parseShardObjectKey(info.key);
      if (location?.shard !== this.#shard.shard) continue;
      const newest = await this.#newestIn(location.period, info);
      pending = pending.filter(({ symbol, ex_date: exDate }) => (newest.get(symbol) ?? -Infinity) < exDate);
    }
    return pending;
  }

  async #newestIn(period: Period, info: ObjectInfo): Promise<NewestBars> {
    const known = this.#newestBars.get(period);
    if (known?.etag === info.etag) return known.newest;
    const key = barsKey(this.#shard, period, this.#shard.shard);
    const object = await this.#context.stores.curated.get(key);
    // A rebuild took it away since it was listed.
    if (object === null) return new Map();
    const { rowCount, columns } = await decodeParquet(barsTableOf("1d"), key, object.bytes, {
      columns: ["symbol", "ts"],
    });
    const newest = new Map<string, number>();
    for (let row = 0; row < rowCount; row++) {
      const symbol = columns.symbol.values[columns.symbol.codes[row]!]!;
      newest.set(symbol, Math.max(newest.get(symbol) ?? -Infinity, Math.floor(columns.ts[row]! / dayMs)));
    }
    this.#newestBars.set(period, { etag: object.etag, newest });
    return newest;
  }
}
