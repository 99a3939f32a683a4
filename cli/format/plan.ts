/** A plan for people. */
import type { ProviderPlan } from "../../core/plan/index.ts";
import { formatFacts, type Fact } from "./facts.ts";
import { bytes, count, duration } from "./numbers.ts";
import { plain } from "./styles.ts";
import type { TableOptions } from "./table.ts";
import { wrap } from "./wrap.ts";

export function* formatPlans(
  plans: readonly ProviderPlan[],
  kind: "tick" | "backfill",
  options: TableOptions,
): Generator<string> {
  const styles = options.styles ?? plain;
  for (const [index, plan] of plans.entries()) {
    const name = plan.plan === null ? plan.provider : `${plan.provider}, plan ${plan.plan}`;
    yield `${index === 0 ? "" : "\n"}${styles.bold(name)}\n`;
    yield* formatFacts(factsOf(plan, kind), options);
    const wrapped = (text: string) => wrap(text, options.widthMax ?? Infinity);
    const verdict = kind === "tick" ? "the plan carries it" : "it is done in one go";
    if (plan.fits) yield `${styles.green(verdict)}\n`;
    else for (const line of wrapped(plan.problems.join("; "))) yield `${styles.red(line)}\n`;
    if (plan.advice.length === 0) continue;
    for (const line of wrapped(`what fits: ${plan.advice.join("; or ")}`)) yield `${line}\n`;
  }
}

function factsOf(plan: ProviderPlan, kind: "tick" | "backfill"): Fact[] {
  const each = kind === "tick" ? "a tick" : "";
  const all = kind === "tick" && plan.series.length > 1 ? "one tick of each" : each;
  const month = kind === "tick" ? "a month" : "";
  const subscription = plan.subscriptionUsdPerMonth;
  return [
    ...plan.series.map(({ assetClass, interval, symbols, calls, bars }) => ({
      label: `${assetClass} ${interval}`,
      value: calls,
      remark:
        `calls ${each} for ${count(symbols)} ${symbols === 1 ? "symbol" : "symbols"}, ${count(bars)} bars`.replace(
          "  ",
          " ",
        ),
    })),
    ...plan.quotas.map(({ period, unit, limit, needed }) => ({
      label: `${unit} a ${period}`,
      value: needed,
      remark: `of ${count(limit)}, ${count((100 * needed) / limit)} %`,
    })),
    ...refreshFacts(plan.refresh),
    { label: "received", value: bytes(plan.bytes), remark: all },
    { label: "time", value: duration(plan.durationMs), remark: all },
    {
      label: "AWS",
      value: usd(plan.computeUsd),
      remark: `${month === "" ? "" : `${month}, `}and ${usd(plan.storageUsdPerMonth)} a month to keep what comes`,
    },
    {
      label: "subscription",
      value: subscription === null ? "?" : usd(subscription),
      remark: subscription === null ? `a month: providers.${plan.provider}.monthlyUsd is not set` : "a month",
    },
  ];
}

/** What the refresh asks for, and what that takes of its day. */
function refreshFacts(refresh: ProviderPlan["refresh"]): Fact[] {
  if (refresh === null) return [];
  const { series, timesPerMonth, quotas, turns } = refresh;
  const turn =
    turns === null
      ? "; its day has none left for it"
      : turns > 1
        ? `; so a symbol has its turn at one of ${count(Math.ceil(turns))} refreshes`
        : "";
  return [
    ...series.map(({ assetClass, interval, calls, bars }) => ({
      label: `refresh ${assetClass} ${interval}`,
      value: calls,
      remark: `calls for ${count(bars)} bars, ${count(timesPerMonth)} times a month`,
    })),
    ...quotas.map(({ unit, limit, needed }) => ({
      label: `${unit} that day`,
      value: needed,
      remark: `of ${count(limit)}, ${count((100 * needed) / limit)} %, ticks included${turn}`,
    })),
  ];
}

/** Cents, and below them as many digits as it takes to see something. */
const usd = (value: number): string =>
  `$${value === 0 || value >= 0.01 ? value.toFixed(2) : value.toPrecision(1)}`;
