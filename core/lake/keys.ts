/** Object keys of the lake (docs/architecture.md, "Layout"). Keys are made and parsed here and nowhere else. */
import type { AssetClass, Interval, Period } from "../market.ts";
import { assetClasses, intervals, utcDate } from "../market.ts";
import {
  barsDaily,
  barsIntraday,
  corporateActions,
  eltJobLog,
  indicatorsDaily,
  indicatorsIntraday,
  quarantine,
  rawActions,
  rawBars,
} from "../tables/index.ts";
import { shardName } from "./sharding.ts";

/** Bars of one asset class and interval: the unit in which tables are partitioned and work is planned. */
export interface Series {
  readonly assetClass: AssetClass;
  readonly interval: Interval;
}

/** What one message works on. */
export interface ShardOfSeries extends Series {
  readonly shard: number;
}

/** What one curated object holds. */
export interface ShardPeriod extends ShardOfSeries {
  readonly period: Period;
}

export interface RawObjectName extends Series {
  readonly provider: string;
  readonly runId: string;
  /** Scheduled time of the run; its UTC date is the partition. */
  readonly scheduledMs: number;
  readonly contentHash: string;
}

/** What providers sent, byte for byte. */
export const receivedPrefix = "raw/csv/";
export const checkpointsPrefix = "curated/_state/indicators/";
export const watermarksPrefix = "curated/_state/watermarks/";
export const providerLanesPrefix = "curated/_state/providers/";

const partitionOf = ({ assetClass, interval }: Series) => `asset_class=${assetClass}/interval=${interval}`;

/** A received file or response, byte for byte. `part` numbers the pieces of a long one. */
export function rawReceivedKey(
  name: RawObjectName & { readonly part: number; readonly extension: string },
): string {
  const dt = utcDate(name.scheduledMs);
  const part = String(name.part).padStart(4, "0");
  return `${receivedPrefix}${partitionOf(name)}/dt=${dt}/${name.provider}-${name.runId}-part-${part}-${name.contentHash}.${name.extension}`;
}

/** Received rows of one shard as typed Parquet. */
export function rawBarsKey(name: RawObjectName & { readonly shard: number }): string {
  return `${rawBarsRunPrefix(name)}${shardName(name.shard)}-${name.contentHash}.parquet`;
}

/** All raw Parquet objects of a run start with this. */
export function rawBarsRunPrefix(run: Omit<RawObjectName, "contentHash">): string {
  return `${rawBars.prefix}${partitionOf(run)}/dt=${utcDate(run.scheduledMs)}/${run.provider}-${run.runId}-`;
}

export interface RawBarsLocation extends Series {
  readonly dt: string;
  readonly shard: number;
  /** File name without extension; names the quarantine object of the same source. */
  readonly source: string;
}

const rawBarsPattern = new RegExp(
  `^${rawBars.prefix}asset_class=(${assetClasses.join("|")})/interval=(${intervals.join("|")})/dt=(\\d{4}-\\d{2}-\\d{2})/(.+-shard-(\\d+)-[0-9a-f]+)\\.parquet$`,
);

/** What a raw Parquet key says of its object, or null where it is no such key. */
export function parseRawBarsKey(key: string): RawBarsLocation | null {
  const match = rawBarsPattern.exec(key);
  if (match === null) return null;
  const [, assetClass, interval, dt, source, shard] = match;
  return {
    assetClass: assetClass as AssetClass,
    interval: interval as Interval,
    dt: dt!,
    shard: Number(shard),
    source: source!,
  };
}

/** Shard of an asset class: what corporate actions are kept by, whatever the interval of bars. */
export interface ShardOfClass {
  readonly assetClass: AssetClass;
  readonly shard: number;
}

/** All raw objects of actions of a run start with this. */
export function rawActionsRunPrefix(run: Omit<RawObjectName, "contentHash" | "interval">): string {
  return `${rawActions.prefix}asset_class=${run.assetClass}/dt=${utcDate(run.scheduledMs)}/${run.provider}-${run.runId}-`;
}

/** Reported corporate actions of one shard. */
export function rawActionsKey(name: Omit<RawObjectName, "interval"> & { readonly shard: number }): string {
  return `${rawActionsRunPrefix(name)}${shardName(name.shard)}-${name.contentHash}.parquet`;
}

const rawActionsPattern = new RegExp(
  `^${rawActions.prefix}asset_class=(${assetClasses.join("|")})/dt=\\d{4}-\\d{2}-\\d{2}/.+-shard-(\\d+)-[0-9a-f]+\\.parquet$`,
);

/** Whose actions a raw object holds, or null where the key is none of actions. */
export function parseRawActionsKey(key: string): ShardOfClass | null {
  const match = rawActionsPattern.exec(key);
  return match === null ? null : { assetClass: match[1] as AssetClass, shard: Number(match[2]) };
}

/** The corporate actions of a shard, of all time. */
export function actionsKey({ assetClass, shard }: ShardOfClass): string {
  return `${corporateActions.prefix}asset_class=${assetClass}/${shardName(shard)}.parquet`;
}

export function quarantineKey(location: RawBarsLocation): string {
  return `${quarantine.prefix}asset_class=${location.assetClass}/dt=${location.dt}/${location.interval}-${location.source}.parquet`;
}

/** All objects of a series in the bars table start with this. */
export function barsPrefix(series: Series): string {
  return series.interval === "1d"
    ? `${barsDaily.prefix}asset_class=${series.assetClass}/`
    : `${barsIntraday.prefix}${partitionOf(series)}/`;
}

export function indicatorsPrefix(series: Series): string {
  return series.interval === "1d"
    ? `${indicatorsDaily.prefix}asset_class=${series.assetClass}/`
    : `${indicatorsIntraday.prefix}${partitionOf(series)}/`;
}

const periodPartition = (period: Period) => (period.length === 4 ? `year=${period}` : `month=${period}`);

export function barsKey(series: Series, period: Period, shard: number): string {
  return `${barsPrefix(series)}${periodPartition(period)}/${shardName(shard)}.parquet`;
}

export function indicatorsKey(series: Series, period: Period, shard: number): string {
  return `${indicatorsPrefix(series)}${periodPartition(period)}/${shardName(shard)}.parquet`;
}

const shardObjectPattern = /(?:year|month)=(\d{4}(?:-\d{2})?)\/shard-(\d+)\.parquet$/;

/** Sorts before all bars objects of a period and after those of earlier ones. */
export function barsPeriodPrefix(series: Series, period: Period): string {
  return `${barsPrefix(series)}${periodPartition(period)}/`;
}

/** Period and shard of a bars or indicators object, or null where the key is none. */
export function parseShardObjectKey(key: string): { period: Period; shard: number } | null {
  const match = shardObjectPattern.exec(key);
  return match === null ? null : { period: match[1]!, shard: Number(match[2]) };
}

export function checkpointPrefix(series: Series, shard: number): string {
  return `${checkpointsPrefix}${partitionOf(series)}/${shardName(shard)}/`;
}

export function checkpointKey(series: Series, shard: number, period: Period): string {
  return `${checkpointPrefix(series, shard)}${period}`;
}

/** First attempt of a run: fixes the time of ingestion, so that a retried run makes the same objects. */
export function runKey(runId: string): string {
  return `curated/_state/runs/${runId}.json`;
}

/** What all workers know together of a provider: its breaker, pace and budgets. */
export function providerLaneKey(provider: string): string {
  return `${providerLanesPrefix}${provider}.json`;
}

/** How far a backfill has come. */
export function backfillKey(id: string): string {
  return `curated/_state/backfills/${id}.json`;
}

export function watermarkKey(provider: string, series: Series, shard: number): string {
  return `${watermarksPrefix}${provider}/${partitionOf(series)}/${shardName(shard)}.json`;
}

export interface WatermarkLocation extends Series {
  readonly provider: string;
  readonly shard: number;
}

const watermarkPattern = new RegExp(
  `^${watermarksPrefix}([^/]+)/asset_class=(${assetClasses.join("|")})/interval=(${intervals.join("|")})/shard-(\\d+)\\.json$`,
);

/** Whose watermarks an object holds, or null where the key is none of watermarks. */
export function parseWatermarkKey(key: string): WatermarkLocation | null {
  const match = watermarkPattern.exec(key);
  if (match === null) return null;
  const [, provider, assetClass, interval, shard] = match;
  return {
    provider: provider!,
    assetClass: assetClass as AssetClass,
    interval: interval as Interval,
    shard: Number(shard),
  };
}

/** One object per day, stage, series and shard, so that concurrent jobs do not fight over one. */
export function jobLogKey(scheduledMs: number, stage: string, series: Series, shard: number | null): string {
  const part = shard === null ? "" : `-${shardName(shard)}`;
  return `${eltJobLog.prefix}dt=${utcDate(scheduledMs)}/${stage}-${series.assetClass}-${series.interval}${part}.parquet`;
}
