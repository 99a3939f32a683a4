import { splitRecord } from "../../bars/csv/record.ts";
import { excerpt, UnexpectedResponseError } from "../vendor/errors.ts";

/** `timestamp,open,high,low,close,volume` with CRLF, as entries like those of the JSON form. */
export function parseBarsCsv(body: Uint8Array): (readonly [string, Readonly<Record<string, unknown>>])[] {
  const lines = new TextDecoder().decode(body).split(/\r?\n/);
  const [names = [], ...rows] = lines.filter((line) => line !== "").map((line) => splitRecord(line).cells);
  if (names[0] !== "timestamp") {
    throw new UnexpectedResponseError(
      `alpha_vantage: expected CSV that starts with "timestamp", got ${excerpt(lines[0]!)}`,
    );
  }
  return rows.map(([time, ...cells]) => [
    time!,
    Object.fromEntries(names.slice(1).map((name, i) => [name, cells[i]])),
  ]);
}
