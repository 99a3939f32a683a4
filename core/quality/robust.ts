/** The middle of ascending values; the mean of the two middle ones where their number is even. */
export function median(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The median of the distances from `center`, for ascending values. */
export function medianAbsoluteDeviation(sorted: Float64Array, center: number): number {
  return median(Float64Array.from(sorted, (value) => Math.abs(value - center)).sort());
}
