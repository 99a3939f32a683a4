import { assetClasses, intervals } from "../../core/market.ts";
import { lakeSettingsSchema } from "../../core/settings.ts";
import * as z from "../../core/zod.ts";

const text = z.string().check(z.minLength(1));

/** What the function reads from the file beside its code. */
export const healthFunctionSettingsSchema = z.strictObject({
  lake: lakeSettingsSchema,
  watched: z.readonly(
    z.array(
      z.strictObject({
        assetClass: z.enum(assetClasses),
        interval: z.enum(intervals),
        symbols: z.exactOptional(z.readonly(z.array(text))),
      }),
    ),
  ),
});
export type HealthFunctionSettings = z.infer<typeof healthFunctionSettingsSchema>;
