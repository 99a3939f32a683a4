/** How numbers look to people. Files and pipes get all digits; see the formats csv and json. */

const decimalsMax = 10;
/** Decimals that are enough for prices and percentages, where the smallest value of the column is not tiny. */
const decimalsUsual = 4;
const significantMin = 4;

/** A formatter for the numbers of one column: as many decimals as its values need, the same for all of them. */
export function columnNumberFormat(values: readonly (number | bigint)[]): (value: number | bigint) => string {
  let exact = 0;
  let smallest = Infinity;
  for (const value of values) {
    if (typeof value === "bigint" || !Number.isFinite(value) || value === 0) continue;
    exact = Math.max(exact, decimalsOf(value));
    smallest = Math.min(smallest, Math.abs(value));
  }
  const enough = Math.max(decimalsUsual, significantMin - 1 - Math.floor(Math.log10(smallest)));
  const decimals = Math.min(exact, enough, decimalsMax);
  return (value) => {
    if (typeof value === "bigint" || !Number.isFinite(value)) return String(value);
    return Math.abs(value) < 1e21 ? value.toFixed(decimals) : String(value);
  };
}

/** Decimals of the shortest text that reads back as `value`. */
function decimalsOf(value: number): number {
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  const fraction = mantissa.split(".")[1]?.length ?? 0;
  return Math.max(0, fraction - Number(exponent));
}

/** `1,281,500`. */
export function count(value: number | bigint): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** `25.1 MB`, in powers of ten as `ls --si` and disk makers count. */
export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let scaled = value;
  while (scaled >= 999.5 && unit < units.length - 1) {
    scaled /= 1000;
    unit++;
  }
  return `${unit === 0 ? scaled : scaled.toFixed(scaled < 99.95 ? 1 : 0)} ${units[unit]}`;
}

/** `0.4 s`, `38 s`, `2 min 05 s`, `1 h 02 min`. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${twoDigits(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${twoDigits(Math.floor((whole % 3600) / 60))} min`;
}

const units = [
  { name: "d", seconds: 86_400 },
  { name: "h", seconds: 3_600 },
  { name: "min", seconds: 60 },
] as const;

/** `40 s`, `12 min`, `5 h`, `3 d`: how long ago, where more would only be noise. Rounded down. */
export function age(seconds: number): string {
  // Two of a unit at least, so that 90 minutes do not become an hour.
  const unit = units.find((candidate) => seconds >= 2 * candidate.seconds);
  return unit === undefined
    ? `${Math.floor(seconds)} s`
    : `${count(Math.floor(seconds / unit.seconds))} ${unit.name}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** `162k/s`, at least three digits of information. */
export function rate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return "";
  if (perSecond < 9_950) return `${count(Math.round(perSecond))}/s`;
  if (perSecond < 999_500) return `${Math.round(perSecond / 1000)}k/s`;
  return `${(perSecond / 1_000_000).toFixed(1)}M/s`;
}
