/** Volatility clustering: GARCH(1,1), T. Bollerslev, Journal of Econometrics 31(3), 1986. */
import { fatTailedAt, type RandomKey } from "./random.ts";

/** Typical of daily stock returns; the effect of a shock on the variance halves in 17 sessions. */
const alpha = 0.08;
const beta = 0.88;
const omega = 1 - alpha - beta;

/** After so many sessions a walk has forgotten that it began at the mean variance: 0.96 ^ 126 = 0.6 %. */
const warmUpSessions = 126;

/** Returns of mean 0 and long-run variance 1, and the variance each was drawn with. */
export interface VolatilityWalk {
  readonly returns: Float64Array;
  readonly variances: Float64Array;
}

/**
 * The walk over `days`, warmed up over the end of `daysBefore`, so that a year is had without all the years before it
 * and the last variance of one flows into the next.
 */
export function volatilityWalk(key: RandomKey, daysBefore: Float64Array, days: Float64Array): VolatilityWalk {
  let variance = 1;
  for (let i = Math.max(0, daysBefore.length - warmUpSessions); i < daysBefore.length; i++) {
    const shock = fatTailedAt(key, daysBefore[i]!);
    variance = omega + variance * (alpha * shock * shock + beta);
  }
  const returns = new Float64Array(days.length);
  const variances = new Float64Array(days.length);
  for (let i = 0; i < days.length; i++) {
    const shock = fatTailedAt(key, days[i]!);
    returns[i] = shock * Math.sqrt(variance);
    variances[i] = variance;
    variance = omega + variance * (alpha * shock * shock + beta);
  }
  return { returns, variances };
}
