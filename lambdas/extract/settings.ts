import { providerSettingsSchema } from "../../core/providers/settings.ts";
import { lakeSettingsSchema } from "../../core/settings.ts";
import * as z from "../../core/zod.ts";

/** What the function reads from the file beside its code. */
export const extractSettingsSchema = z.strictObject({
  lake: lakeSettingsSchema,
  providers: providerSettingsSchema,
});
export type ExtractSettings = z.infer<typeof extractSettingsSchema>;
