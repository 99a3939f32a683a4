/**
 * What a lake must hold, computed the slow and obvious way from all raw rows: rows as objects, maps by key, rules spelt
 * out from the design. It shares no code with validation, merge and resampling.
 */
import type { Series } from "../../core/lake/keys.ts";
import type { AssetClass, Interval } from "../../core/market.ts";
import type { RawRow } from "./vendor.ts";

/** A raw object as its key and rows tell, rows in the object's order. */
export interface RawFile extends Series {
  readonly key: string;
  readonly rows: readonly RawRow[];
}

export interface ExpectedBar extends Series {
  readonly row: RawRow;
  readonly sourceKey: string;
}

export interface ExpectedReject {
  readonly key: string;
  readonly row: number;
  readonly reasons: string;
}

export interface ExpectedLake {
  /** By `identityOf`. */
  readonly bars: ReadonlyMap<string, ExpectedBar>;
  readonly rejects: readonly ExpectedReject[];
}

const minute = 60_000;
const lengths: Readonly<Record<Interval, number>> = {
  "1min": minute,
  "5min": 5 * minute,
  "15min": 15 * minute,
  "30min": 30 * minute,
  "1h": 60 * minute,
  "1d": 1_440 * minute,
};

export function identityOf({ assetClass, interval }: Series, symbol: string, ts: number): string {
  return [assetClass, interval, symbol, ts].join(" ");
}

/** The lake as it must be when `files` are known and rows received after `asOfMs` are not. */
export function expectedLake(
  files: readonly RawFile[],
  providerPriority: readonly string[],
  asOfMs: number,
): ExpectedLake {
  const rejects: ExpectedReject[] = [];
  const bars = new Map<string, ExpectedBar>();
  for (const file of files) {
    const rows = file.rows.filter((row) => row.ingested_at <= asOfMs);
    for (const [index, row] of rows.entries()) {
      const reasons = reasonsAgainst(row, rows, file);
      if (reasons.length > 0) {
        rejects.push({ key: file.key, row: index, reasons: reasons.sort().join(",") });
        continue;
      }
      const { assetClass, interval, key } = file;
      const candidate = { assetClass, interval, row, sourceKey: key };
      const identity = identityOf(file, row.symbol!, row.ts!);
      const rival = bars.get(identity);
      if (rival === undefined || beats(candidate, rival, providerPriority)) bars.set(identity, candidate);
    }
  }
  for (const [identity, bar] of quarterHours([...bars.values()])) {
    if (!bars.has(identity)) bars.set(identity, bar);
  }
  return { bars, rejects };
}

function reasonsAgainst(row: RawRow, rows: readonly RawRow[], file: RawFile): string[] {
  const reasons = ownReasons(row, file);
  if (reasons.length > 0) return reasons;
  const contradicts = rows.some(
    (other) =>
      other.symbol === row.symbol &&
      other.ts === row.ts &&
      other.is_final === row.is_final &&
      ownReasons(other, file).length === 0 &&
      (["open", "high", "low", "close", "adj_close", "volume"] as const).some(
        (name) => other[name] !== row[name],
      ),
  );
  return contradicts ? ["conflicting_duplicate"] : [];
}

function ownReasons(row: RawRow, { assetClass, interval }: Series): string[] {
  if (row.parse_error !== null) return ["not_a_number"];
  const { symbol, ts, open, high, low, close, volume } = row;
  const numbers = [ts, open, high, low, close, volume];
  const unusable = [
    ...(numbers.some((value) => value === Infinity || value === -Infinity) ? ["not_a_number"] : []),
    ...(numbers.includes(null) || (symbol === null && numbers.every((value) => Number.isFinite(value)))
      ? ["missing_field"]
      : []),
  ];
  if (unusable.length > 0) return unusable;
  return soundnessReasons(assetClass, interval, row as { [N in keyof RawRow]: NonNullable<RawRow[N]> });
}

function soundnessReasons(
  assetClass: AssetClass,
  interval: Interval,
  row: { readonly [N in keyof RawRow]: NonNullable<RawRow[N]> },
): string[] {
  const { ts, open, high, low, close, volume } = row;
  const reasons: string[] = [];
  const crossesZero = assetClass === "bond" || assetClass === "commodity";
  if (!crossesZero && Math.min(open, high, low, close) <= 0) reasons.push("non_positive_price");
  if (high < low) reasons.push("high_below_low");
  else {
    if (open > high || open < low) reasons.push("open_outside_range");
    if (close > high || close < low) reasons.push("close_outside_range");
  }
  if (volume < 0) reasons.push("negative_volume");
  const lead = interval === "1d" ? 14 * 60 * minute : 0;
  if (ts > row.ingested_at + lead) reasons.push("future_timestamp");
  const step = interval === "1h" ? 15 * minute : lengths[interval];
  const isOnGrid = Math.round(ts / step) * step === ts;
  if (!isOnGrid || ts < Date.UTC(1900, 0)) reasons.push("misaligned_timestamp");
  return reasons;
}

/** Final over provisional, later over earlier, trusted over less trusted, greater source key. */
function beats(a: ExpectedBar, b: ExpectedBar, priority: readonly string[]): boolean {
  const trust = ({ row }: ExpectedBar) => {
    const place = priority.indexOf(row.provider);
    return place === -1 ? -priority.length : -place;
  };
  if (a.row.is_final !== b.row.is_final) return a.row.is_final;
  if (a.row.ingested_at !== b.row.ingested_at) return a.row.ingested_at > b.row.ingested_at;
  if (trust(a) !== trust(b)) return trust(a) > trust(b);
  return a.sourceKey > b.sourceKey;
}

/** 15-minute index bars made of 5-minute ones. */
function quarterHours(bars: readonly ExpectedBar[]): Map<string, ExpectedBar> {
  const parts = new Map<string, ExpectedBar[]>();
  for (const bar of bars) {
    if (bar.assetClass !== "index" || bar.interval !== "5min") continue;
    const start = bar.row.ts! - (bar.row.ts! % lengths["15min"]);
    const identity = identityOf({ assetClass: "index", interval: "15min" }, bar.row.symbol!, start);
    parts.set(identity, [...(parts.get(identity) ?? []), bar]);
  }
  return new Map(
    [...parts].map(([identity, bars]) => [identity, joined(bars.sort((a, b) => a.row.ts! - b.row.ts!))]),
  );
}

function joined(parts: readonly ExpectedBar[]): ExpectedBar {
  const rows = parts.map(({ row }) => row);
  const first = rows[0]!;
  const row: RawRow = {
    ...first,
    ts: first.ts! - (first.ts! % lengths["15min"]),
    high: Math.max(...rows.map(({ high }) => high!)),
    low: Math.min(...rows.map(({ low }) => low!)),
    close: rows.at(-1)!.close,
    adj_close: null,
    volume: rows.reduce((sum, { volume }) => sum + volume!, 0),
    is_final: rows.length === 3 && rows.every(({ is_final }) => is_final),
    ingested_at: Math.max(...rows.map(({ ingested_at }) => ingested_at)),
  };
  return { assetClass: "index", interval: "15min", row, sourceKey: "derived:5min" };
}
