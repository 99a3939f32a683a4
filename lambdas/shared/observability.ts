import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Series } from "../../core/lake/keys.ts";
import { intervalMs } from "../../core/market.ts";
import type { StageResult } from "../../core/pipeline/context.ts";
import type { FigureName, FunctionEnv } from "./env.ts";

const units = {
  RowsIn: MetricUnit.Count,
  RowsOut: MetricUnit.Count,
  RowsRejected: MetricUnit.Count,
  BytesIn: MetricUnit.Bytes,
  BytesOut: MetricUnit.Bytes,
  DurationMs: MetricUnit.Milliseconds,
  FreshnessMs: MetricUnit.Milliseconds,
} as const satisfies Record<FigureName, string>;

/** What one run of a stage did, and when by the clock. */
export interface StageRun {
  readonly series: Series;
  readonly correlationId: string;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly result: StageResult;
}

/** Logger and metrics of one function. Message bodies, environment and secrets are never given to it. */
export class Observability {
  readonly logger: Logger;
  readonly #metrics: Metrics;
  readonly #costed: readonly FigureName[];

  constructor(stage: string, env: FunctionEnv) {
    this.logger = new Logger({ serviceName: stage, logLevel: env.LOG_LEVEL, environment: env.STAGE });
    this.#metrics = new Metrics({ serviceName: stage, namespace: env.METRICS_NAMESPACE });
    this.#costed = env.METRICS;
  }

  /** Logs all figures of a run; those listed in `METRICS` also become metrics by stage and asset class. */
  stageRun(run: StageRun): void {
    const figures = figuresOf(run);
    this.logger.info("stage run", { correlation_id: run.correlationId, ...run.series, ...figures });
    const costed = this.#costed.filter((name) => figures[name] !== undefined);
    if (costed.length === 0) return;
    this.#metrics.addDimension("assetClass", run.series.assetClass);
    this.#metrics.addMetadata("interval", run.series.interval);
    for (const name of costed) this.#metrics.addMetric(name, units[name], figures[name]!);
    this.#metrics.publishStoredMetrics();
  }
}

function figuresOf({ series, startedMs, endedMs, result }: StageRun): Partial<Record<FigureName, number>> {
  return {
    RowsIn: result.rowsIn,
    RowsOut: result.rowsOut,
    RowsRejected: result.rowsRejected,
    BytesIn: result.bytesIn,
    BytesOut: result.bytesOut,
    DurationMs: endedMs - startedMs,
    ...freshness(series, result.newestBarMs, endedMs),
  };
}

/** From the end of the newest bar until it was handled, so that daily and intraday bars compare. An open bar has 0. */
function freshness({ interval }: Series, newestBarMs: number | null, endedMs: number) {
  if (newestBarMs === null) return {};
  return { FreshnessMs: Math.max(0, endedMs - (newestBarMs + intervalMs[interval])) };
}
