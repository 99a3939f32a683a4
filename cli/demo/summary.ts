import type { Accounting, LakeStatus } from "../../local/runtime.ts";
import { bytes, count, duration, rate, type Fact } from "../format/index.ts";

export interface DemoRun {
  readonly elapsedMs: number;
  /** Rows read from files and providers by this run. */
  readonly rowsRead: number;
  /** Rows that an earlier run had left in the lake. */
  readonly rowsBefore: number;
  readonly memoryPeakBytes: number;
}

const reasonsShown = 4;

/** The figures with which the demo ends. Received = curated + superseded + quarantined. */
export function demoFacts(
  books: Accounting,
  { quarantine, objects }: Pick<LakeStatus, "quarantine" | "objects">,
  run: DemoRun,
): Fact[] {
  const superseded = books.rawRows - books.curatedKeys - books.quarantineRows;
  const total = objects.reduce(
    (sum, zone) => ({ objects: sum.objects + zone.objects, bytes: sum.bytes + zone.bytes }),
    {
      objects: 0,
      bytes: 0,
    },
  );
  return [
    { label: "rows received", value: books.rawRows, remark: alreadyThere(books.rawRows, run.rowsBefore) },
    {
      label: "curated",
      value: books.curatedKeys,
      remark:
        books.derivedBars === 0
          ? "bars"
          : `bars, besides ${count(books.derivedBars)} aggregated from shorter ones`,
    },
    { label: "quarantined", value: books.quarantineRows, remark: reasonsText(quarantine) },
    {
      label: "superseded",
      value: superseded,
      remark: "older versions of curated bars; they stay in the raw zone",
    },
    { label: "indicator rows", value: books.indicatorRows },
    { label: "objects", value: total.objects, remark: bytes(total.bytes) },
    {
      label: "time",
      value: duration(run.elapsedMs),
      remark: rate(run.rowsRead / (run.elapsedMs / 1000)).replace("/s", " bars/s"),
    },
    {
      label: "peak memory",
      value: bytes(run.memoryPeakBytes),
      remark: "of the process, worker threads included",
    },
  ];
}

function alreadyThere(rows: number, before: number): string {
  if (before === 0) return "";
  const was = before === rows ? "all of them" : count(before);
  return `${was} were here already; running the demo again changes nothing`;
}

/** `37 missing_field, 21 non_positive_price, …`. */
function reasonsText(quarantine: LakeStatus["quarantine"]): string {
  const rowsOf = new Map<string, number>();
  for (const { reason_codes: codes, rows } of quarantine) {
    rowsOf.set(String(codes), (rowsOf.get(String(codes)) ?? 0) + Number(rows));
  }
  const frequent = [...rowsOf].sort((a, b) => b[1] - a[1]);
  const shown = frequent
    .slice(0, reasonsShown)
    .map(([codes, rows]) => `${count(rows)} ${codes.replaceAll(",", "+")}`);
  if (frequent.length > reasonsShown) shown.push("…");
  return shown.join(", ");
}
