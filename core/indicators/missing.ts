/**
 * The number itself, or NaN, which is a missing number, where it is infinite: ∞ − ∞ is NaN. Arithmetic and not a
 * condition, which would double the time of the loops that use it.
 */
export function finiteOrMissing(value: number): number {
  return value + (value - value);
}
