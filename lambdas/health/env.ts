import type * as z from "../../core/zod.ts";
import { observerEnvSchema } from "../shared/env.ts";

/** Of the lake: `Problems`. By provider: the next three. By asset class and interval: the last two. */
export const healthFigureNames = [
  "Problems",
  "BreakerOpen",
  "BudgetUsedPct",
  "SecondsSinceSuccess",
  "BarsBehind",
  "SymbolsBehindPct",
] as const;
/** A number that the health check reports. */
export type HealthFigureName = (typeof healthFigureNames)[number];

/** Those that are 0 while all is well, and so cost nothing then. */
export const healthEnvSchema = observerEnvSchema(healthFigureNames, [
  "Problems",
  "BreakerOpen",
  "BarsBehind",
  "SymbolsBehindPct",
]);
export type HealthEnv = z.output<typeof healthEnvSchema>;
