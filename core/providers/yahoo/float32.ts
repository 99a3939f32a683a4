const digitsMin = 6;
/** Nine significant digits tell all 32-bit floats apart. */
const digitsMax = 9;

/**
 * The shortest decimal that is the same 32-bit float: 129.0399932861328 is 129.04. Yahoo sends prices through that
 * format, so the digits behind are noise. A number that never was a 32-bit float is returned as it is.
 */
export function withoutFloat32Noise(value: number): number {
  if (Math.fround(value) !== value) return value;
  for (let digits = digitsMin; digits <= digitsMax; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}
