/** What a line of progress says: how much, how fast, how long still. Pure, so that it can be tested without a clock. */
import { count, duration, rate } from "../format/index.ts";

export interface Reading {
  /** Work done, 0–1; null where it cannot be known. */
  readonly fraction: number | null;
  /** Rows (or other units) handled so far. */
  readonly amount: number;
}

export interface Meter extends Reading {
  readonly label: string;
  readonly unit: string;
  readonly state: "waiting" | "running" | "done" | "failed";
  readonly elapsedMs: number;
  /** Why it failed, or a remark about the end. */
  readonly remark: string | null;
}

/** Room for the widest values, so that nothing jumps while numbers grow. */
const amountWidth = 9;
const rateWidth = 7;
const timeWidth = 10;
const barWidthMax = 24;
const barWidthMin = 5;
/** Before this, an estimate of the end is a guess. */
const estimateAfterMs = 1_000;
const estimateFractionMin = 0.02;

/** One line of at most `width` characters: label, amount, rate, time, and a bar while it runs. */
export function meterLine(meter: Meter, labelWidth: number, width: number): string {
  const label = fitLabel(meter.label, labelWidth);
  if (meter.state === "waiting") return label;
  if (meter.state === "failed") return `${label}  ${meter.remark ?? "failed"}`;
  const perSecond = meter.elapsedMs > 0 ? (meter.amount / meter.elapsedMs) * 1000 : 0;
  const text = [
    label,
    `${count(meter.amount).padStart(amountWidth)} ${meter.unit}`,
    rate(perSecond).padStart(rateWidth),
    (meter.state === "done" ? duration(meter.elapsedMs) : remaining(meter)).padStart(timeWidth),
  ].join("  ");
  if (meter.state === "done") return meter.remark === null ? text : `${text}  ${meter.remark}`;
  const percent = meter.fraction === null ? "" : `${Math.floor(meter.fraction * 100)} %`.padStart(6);
  const barWidth = Math.min(barWidthMax, width - text.length - percent.length - 2);
  return meter.fraction === null || barWidth < barWidthMin
    ? `${text} ${percent}`.trimEnd()
    : `${text}  ${bar(meter.fraction, barWidth)}${percent}`;
}

function remaining({ fraction, elapsedMs }: Meter): string {
  if (fraction === null) return duration(elapsedMs);
  if (fraction < estimateFractionMin || elapsedMs < estimateAfterMs) return "";
  const seconds = Math.ceil((elapsedMs * (1 - fraction)) / fraction / 1000);
  return seconds < 100 ? `${seconds} s left` : `${Math.round(seconds / 60)} min left`;
}

function bar(fraction: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return "━".repeat(filled) + "╌".repeat(width - filled);
}

/** The end of a long name tells files apart better than its beginning. */
function fitLabel(label: string, width: number): string {
  return label.length <= width ? label.padEnd(width) : `…${label.slice(label.length - width + 1)}`;
}
