/**
 * Randomness by counter: the value at (key, counter) is a hash of both, so any value is had without those before it
 * and in any order (J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
 */

/** 32 random bits that name a stream of random numbers. */
export type RandomKey = number;

const goldenRatio = 0x9e3779b9;

/** The two-round 32-bit finalizer of least known bias: https://github.com/skeeto/hash-prospector. */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}

/** The second round sees the key again: else two streams would be the same sequence, shifted. */
function bitsAt(key: RandomKey, counter: number): number {
  return mix(mix(Math.imul(counter, goldenRatio) + key) ^ Math.imul(key, 0x85ebca6b));
}

/** A key for each number or name under a key. */
export function derive(key: RandomKey, name: number | string): RandomKey {
  if (typeof name === "number") return bitsAt(key, name ^ 0x5bd1e995);
  let derived = key;
  for (let i = 0; i < name.length; i++) derived = bitsAt(derived, name.charCodeAt(i));
  return derived;
}

/** Uniform in (0, 1), never 0 or 1. */
export function uniformAt(key: RandomKey, counter: number): number {
  return ((bitsAt(key, counter) >>> 0) + 0.5) / 4_294_967_296;
}

/** Standard normal. */
export function normalAt(key: RandomKey, counter: number): number {
  return normalQuantile(uniformAt(key, counter));
}

/** Largest shock in standard deviations: fat tails, but no day on which a market loses nine tenths. */
const shockMax = 6;

/** Student's t with 4 degrees of freedom, scaled to variance 1 and cut at ±6: the fat tails of daily returns. */
export function fatTailedAt(key: RandomKey, counter: number): number {
  const shock = studentT4Quantile(uniformAt(key, counter)) * Math.SQRT1_2;
  return Math.max(-shockMax, Math.min(shockMax, shock));
}

/** W. T. Shaw, "Sampling Student's T distribution", Journal of Computational Finance 9(4), 2006, equation 36. */
export function studentT4Quantile(p: number): number {
  const root = Math.sqrt(4 * p * (1 - p));
  const q = Math.cos(Math.acos(Math.min(1, root)) / 3) / root;
  return Math.sign(p - 0.5) * 2 * Math.sqrt(Math.max(0, q - 1));
}

const tail = 0.02425;

/** P. J. Acklam, "An algorithm for computing the inverse normal cumulative distribution function", 2003; error 1.2e-9. */
export function normalQuantile(p: number): number {
  if (p < tail) return tailQuantile(Math.sqrt(-2 * Math.log(p)));
  if (p > 1 - tail) return -tailQuantile(Math.sqrt(-2 * Math.log(1 - p)));
  const q = p - 0.5;
  const r = q * q;
  return (
    ((((((-3.969683028665376e1 * r + 2.209460984245205e2) * r - 2.759285104469687e2) * r +
      1.38357751867269e2) *
      r -
      3.066479806614716e1) *
      r +
      2.506628277459239) *
      q) /
    (((((-5.447609879822406e1 * r + 1.615858368580409e2) * r - 1.556989798598866e2) * r +
      6.680131188771972e1) *
      r -
      1.328068155288572e1) *
      r +
      1)
  );
}

function tailQuantile(q: number): number {
  return (
    (((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) *
      q +
      4.374664141464968) *
      q +
      2.938163982698783) /
    ((((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q +
      1)
  );
}

/**
 * Maximum of a Brownian bridge between two values, by inversion of its distribution at `p`
 * (P. Glasserman, Monte Carlo Methods in Financial Engineering, 2004, section 6.4).
 */
export function bridgeMaximum(from: number, to: number, variance: number, p: number): number {
  const change = to - from;
  return (from + to + Math.sqrt(change * change - 2 * variance * Math.log(p))) / 2;
}
