/** A provider that asks for more is taken to mean a day. */
const retryAfterMsMax = 86_400_000;

/**
 * Milliseconds that a `Retry-After` header asks to wait, 0 for a moment that is past; null where there is no header or it
 * says nothing readable. Both forms of RFC 9110 §10.2.3: seconds, and an HTTP date in any of its three formats.
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | null {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, retryAfterMsMax);
  const atMs = parseHttpDate(text, nowMs);
  return atMs === null ? null : Math.min(Math.max(0, atMs - nowMs), retryAfterMsMax);
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

// IMF-fixdate, RFC 850 and asctime (RFC 9110 §5.6.7).
const datePatterns = [
  /^[A-Z][a-z]{2}, (?<day>\d{2}) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^[A-Z][a-z]+day, (?<day>\d{2})-(?<month>[A-Z][a-z]{2})-(?<year>\d{2}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d{2}:\d{2}:\d{2}) (?<year>\d{4})$/,
];

function parseHttpDate(text: string, nowMs: number): number | null {
  for (const pattern of datePatterns) {
    const parts = pattern.exec(text)?.groups;
    if (parts === undefined) continue;
    const month = months.indexOf(parts["month"]!);
    const [hour, minute, second] = parts["time"]!.split(":").map(Number) as [number, number, number];
    if (month === -1 || hour > 23 || minute > 59 || second > 60) return null;
    const year = fullYear(Number(parts["year"]), nowMs);
    return Date.UTC(year, month, Number(parts["day"]), hour, minute, second);
  }
  return null;
}

/** Two digits mean a year that is not more than fifty years ahead, as the RFC demands. */
function fullYear(year: number, nowMs: number): number {
  if (year > 99) return year;
  const thisYear = new Date(nowMs).getUTCFullYear();
  const inThisCentury = thisYear - (thisYear % 100) + year;
  return inThisCentury > thisYear + 50 ? inThisCentury - 100 : inThisCentury;
}
