/**
 * The six fields of an EventBridge cron, read and checked: minute hour day-of-month month day-of-week year. Days of the week
 * count from 1 for Sunday. (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based)
 */
import { TerminalError } from "../errors.ts";

/** A cron that EventBridge would refuse, or that means something else there. */
export class InvalidCronError extends TerminalError {
  override name: string = "InvalidCronError";
  /** What was expected, without the cron itself. */
  readonly problem: string;

  constructor(text: string, problem: string) {
    super(`cron "${text}": ${problem}`);
    this.problem = problem;
  }
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Stand for the numbers from `min` on. */
  readonly names?: readonly string[];
  readonly hasSteps: boolean;
}

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const fields = {
  minute: { name: "minute", min: 0, max: 59, hasSteps: true },
  hour: { name: "hour", min: 0, max: 23, hasSteps: true },
  day: { name: "day-of-month", min: 1, max: 31, hasSteps: true },
  month: { name: "month", min: 1, max: 12, names: months, hasSteps: true },
  weekday: { name: "day-of-week", min: 1, max: 7, names: weekdays, hasSteps: false },
  year: { name: "year", min: 1970, max: 2199, hasSteps: true },
} as const satisfies Record<string, Field>;

const example = '"20 16 ? * MON-FRI *"';
/** The longest month has so many of one weekday. */
const weeksMax = 5;

/**
 * The same times in the seven fields that croner reads (second first, Sunday is 0), every range and step written out, so that
 * nothing depends on how croner would read them.
 * @throws InvalidCronError
 */
export function cronerPattern(text: string): string {
  const parts = text.trim().toUpperCase().split(/\s+/);
  if (parts.length !== Object.keys(fields).length) {
    throw new InvalidCronError(
      text,
      `expected six fields, minute hour day-of-month month day-of-week year, such as ${example}`,
    );
  }
  const [minute, hour, day, month, weekday, year] = parts as [string, string, string, string, string, string];
  if ((day === "?") === (weekday === "?")) {
    throw new InvalidCronError(
      text,
      `expected "?" in exactly one of day-of-month and day-of-week, such as ${example}`,
    );
  }
  const numbers = (field: Field, part: string) =>
    part === "*" ? "*" : numbersOf(text, field, part).join(",");
  return [
    "0",
    numbers(fields.minute, minute),
    numbers(fields.hour, hour),
    day === "?" ? "*" : daysOf(text, day),
    numbers(fields.month, month),
    weekday === "?" ? "*" : weekdaysOf(text, weekday),
    numbers(fields.year, year),
  ].join(" ");
}

/** `L` is the last day of the month, `15W` the weekday nearest to the 15th. */
function daysOf(text: string, part: string): string {
  if (part === "*") return "*";
  const items = part.split(",").map((item) => {
    if (item === "L") return item;
    if (item.endsWith("W")) return `${numberOf(text, fields.day, item.slice(0, -1))}W`;
    return numbersOf(text, fields.day, item).join(",");
  });
  return items.join(",");
}

/** `L` is Saturday, `6L` the last Friday of the month, `3#2` the second Tuesday. */
function weekdaysOf(text: string, part: string): string {
  if (part === "*") return "*";
  const [name, nth] = part.split("#");
  if (nth !== undefined) {
    if (!/^\d$/.test(nth) || Number(nth) < 1 || Number(nth) > weeksMax) {
      throw new InvalidCronError(
        text,
        `expected one day-of-week with its number in the month from 1 to ${weeksMax}, such as "3#2" for the second Tuesday, not "${part}"`,
      );
    }
    return `${numberOf(text, fields.weekday, name!) - 1}#${nth}`;
  }
  const items = part.split(",").map((item) => {
    if (item === "L") return String(fields.weekday.max - 1);
    if (item.endsWith("L")) return `${numberOf(text, fields.weekday, item.slice(0, -1)) - 1}#L`;
    return numbersOf(text, fields.weekday, item)
      .map((number) => number - 1)
      .join(",");
  });
  return items.join(",");
}

/** A list of numbers, ranges and steps. A range may go on after the greatest number: `20-2` are the hours around midnight. */
function numbersOf(text: string, field: Field, part: string): number[] {
  const numbers = part.split(",").flatMap((item) => {
    const [range, stepText] = item.split("/");
    const step = stepText === undefined ? 1 : Number(stepText);
    const isStep = stepText === undefined || (field.hasSteps && /^\d+$/.test(stepText) && step > 0);
    if (!isStep) throw unreadable(text, field, item);
    const { first, last } = rangeOf(text, field, range!, stepText !== undefined);
    const size = field.max - field.min + 1;
    const length = last >= first ? last - first : last - first + size;
    return Array.from(
      { length: Math.floor(length / step) + 1 },
      (_, index) => field.min + ((first - field.min + index * step) % size),
    );
  });
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function rangeOf(text: string, field: Field, range: string, hasStep: boolean) {
  if (range === "*") return { first: field.min, last: field.max };
  const ends = range.split("-");
  if (ends.length > 2) throw unreadable(text, field, range);
  const [first, last] = ends.map((end) => numberOf(text, field, end)) as [number, number?];
  // `5/10` begins at 5 and goes on to the end of the hour.
  return { first, last: last ?? (hasStep ? field.max : first) };
}

function numberOf(text: string, field: Field, word: string): number {
  const named = field.names?.indexOf(word) ?? -1;
  const number = named === -1 ? Number(/^\d+$/.test(word) ? word : Number.NaN) : field.min + named;
  if (number >= field.min && number <= field.max) return number;
  throw unreadable(text, field, word);
}

function unreadable(text: string, { name, min, max, names }: Field, part: string): InvalidCronError {
  const words = names === undefined ? "" : ` or ${names[0]}-${names.at(-1)}`;
  return new InvalidCronError(
    text,
    `expected numbers from ${min} to ${max}${words} as ${name}, not "${part}"`,
  );
}
