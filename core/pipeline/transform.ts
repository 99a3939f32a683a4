/** transform: raw objects of one shard into validated, scored and merged curated bars. */
import type { ActionRow } from "../actions/actions.ts";
import type { Bars } from "../bars/bars.ts";
import { splitByPeriod } from "../bars/periods.ts";
import { emptyBatch } from "../columnar/batch.ts";
import { UnreadableObjectError } from "../errors.ts";
import { parseRawActionsKey, type Series, type ShardOfSeries } from "../lake/keys.ts";
import type { Period } from "../market.ts";
import type { IndicatorMessage, RawSource, TransformMessage } from "../messages/index.ts";
import { receivedBars } from "../tables/index.ts";
import { readRawActions, rewriteActions } from "./actions-object.ts";
import { isRatesKey, objectsIn, ratesMessages } from "./base-currency.ts";
import { derivedFrom, rewriteBars } from "./bars-object.ts";
import { sendMessages, type PipelineContext, type StageResult } from "./context.ts";
import { logJob } from "./job-log.ts";
import { judgeRawObject, readRawObject } from "./raw-sources.ts";
import { TransformTally } from "./transform-tally.ts";
import { planWindows, type Window } from "./windows.ts";

/**
 * Brings the curated bars of one shard up to date with the raw objects that the messages name, each output object
 * rewritten once, and asks for indicators from the first period touched. All messages are of one series and shard.
 *
 * @throws UnreadableObjectError that names a broken raw object, after everything else has been taken.
 */
export async function transform(
  context: PipelineContext,
  messages: readonly TransformMessage[],
): Promise<StageResult> {
  const { assetClass, interval, shard, runId, scheduledMs } = messages[0]!;
  const job = { stage: "transform", runId, scheduledMs, shard, detail: null, assetClass, interval } as const;
  return logJob(context, job, () => transformShard(context, messages));
}

async function transformShard(
  context: PipelineContext,
  messages: readonly TransformMessage[],
): Promise<StageResult> {
  const first = messages[0]!;
  const tally = new TransformTally();
  const named = Object.groupBy(distinctSources(messages), ({ key }) =>
    isRatesKey(key) ? "rates" : parseRawActionsKey(key) === null ? "bars" : "actions",
  );
  await takeActions(context, first, named.actions ?? [], tally);
  let sources = named.bars ?? [];
  while (sources.length > 0) {
    for (const window of planWindows(sources, first.interval)) {
      await transformWindow(context, first, window, tally);
    }
    sources = tally.takeMisplanned();
  }
  await followRates(context, first, named.rates ?? [], tally);
  await announceRates(context, first, tally);
  if (tally.firstPeriod !== null) await askForIndicators(context, first, tally.firstPeriod);
  if (tally.unreadable !== null) throw tally.unreadable;
  return tally.result();
}

/** Before every period: indicators are then looked through from the first bar on. */
const fromTheFirst: Period = "0000";

/** Merges reported corporate actions into those of the shard. Indicators follow splits from a symbol's first bar on. */
async function takeActions(
  context: PipelineContext,
  shard: ShardOfSeries,
  sources: readonly RawSource[],
  tally: TransformTally,
): Promise<void> {
  const incoming: ActionRow[] = [];
  for (const { key } of sources) {
    try {
      const { rows, sizeBytes } = await readRawActions(context, key);
      incoming.push(...rows);
      tally.readActions(rows.length, sizeBytes);
    } catch (error) {
      if (!(error instanceof UnreadableObjectError)) throw error;
      tally.unreadable ??= error;
    }
  }
  if (incoming.length === 0) return;
  tally.wroteActions(incoming.length, await rewriteActions(context, shard, incoming, { kind: "merge" }));
  if (incoming.some(({ kind }) => kind === "split")) tally.firstPeriod = fromTheFirst;
}

/** Rewrites the objects whose closes are converted with changed exchange rates. */
async function followRates(
  context: PipelineContext,
  { assetClass, interval, shard }: ShardOfSeries,
  sources: readonly RawSource[],
  tally: TransformTally,
): Promise<void> {
  const changed = new Set<Period>();
  for (const source of sources) {
    for (const object of await objectsIn(context, { assetClass, interval }, source)) {
      if (object.shard === shard) changed.add(object.period);
    }
  }
  for (const period of changed) {
    const target = { assetClass, interval, shard, period };
    tally.wrote(period, [], await rewriteBars(context, target, [], { kind: "merge" }));
  }
}

/** Daily forex bars are exchange rates: tells the bars that are converted with them. */
async function announceRates(
  context: PipelineContext,
  first: TransformMessage,
  { changed }: TransformTally,
): Promise<void> {
  if (first.assetClass !== "forex" || first.interval !== "1d" || changed === null) return;
  const messages = await ratesMessages(context, first, changed);
  if (messages.length > 0) await sendMessages(context.queues.transform, messages, first.runId);
}

async function askForIndicators(
  context: PipelineContext,
  { assetClass, interval, shard, runId, scheduledMs }: TransformMessage,
  fromPeriod: Period,
): Promise<void> {
  const source: Series = { assetClass, interval };
  const derived = derivedFrom(source);
  const changed = derived === null ? [source] : [source, derived];
  const messages = changed.map((series): IndicatorMessage => ({
    version: 1,
    kind: "indicators",
    runId,
    scheduledMs,
    assetClass: series.assetClass,
    interval: series.interval,
    shard,
    fromPeriod,
  }));
  await sendMessages(context.queues.indicators, messages, runId);
}

async function transformWindow(
  context: PipelineContext,
  { assetClass, interval, shard }: ShardOfSeries,
  window: Window,
  tally: TransformTally,
): Promise<void> {
  const incoming = new Map<Period, Bars[]>();
  for (const source of window.sources) {
    const accepted = await acceptedRows(context, source, tally);
    for (const [period, bars] of splitByPeriod(accepted, interval, window.fromMs, window.toMs)) {
      incoming.set(period, [...(incoming.get(period) ?? []), bars]);
    }
  }
  for (const period of [...incoming.keys()].sort()) {
    const bars = incoming.get(period)!;
    incoming.delete(period);
    const target = { assetClass, interval, shard, period };
    tally.wrote(period, bars, await rewriteBars(context, target, bars, { kind: "merge" }));
    const derived = derivedFrom(target);
    if (derived !== null) {
      tally.wrote(
        period,
        [],
        await rewriteBars(context, { ...derived, shard, period }, [], { kind: "merge" }),
      );
    }
  }
}

/** The good rows of a raw object; none of an unreadable one, which must not hold up the others. */
async function acceptedRows(
  context: PipelineContext,
  source: RawSource,
  tally: TransformTally,
): Promise<Bars> {
  try {
    const object = await readRawObject(context, source.key);
    const judged = await judgeRawObject(context, object);
    tally.read(source, object, judged);
    return judged.accepted;
  } catch (error) {
    if (!(error instanceof UnreadableObjectError)) throw error;
    tally.unreadable ??= error;
    return emptyBatch(receivedBars);
  }
}

/** Messages that were delivered twice, or of overlapping runs, name sources more than once. */
function distinctSources(messages: readonly TransformMessage[]): RawSource[] {
  const sources = new Map(
    messages.flatMap((message) => message.sources.map((source) => [source.key, source])),
  );
  return [...sources.values()];
}
