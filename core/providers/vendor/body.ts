import * as z from "../../zod.ts";
import type { ProviderResponse } from "../provider.ts";
import { excerpt, UnexpectedResponseError } from "./errors.ts";

/**
 * A JSON body by its schema.
 * @throws UnexpectedResponseError that lists what does not fit.
 */
export function parseBody<T>(
  provider: string,
  schema: z.ZodMiniType<T>,
  { body }: Pick<ProviderResponse, "body">,
): T {
  const text = new TextDecoder().decode(body);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UnexpectedResponseError(`${provider}: expected JSON, got ${excerpt(text)}`, { cause: error });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new UnexpectedResponseError(
    `${provider}: the response has an unknown shape: ${z.prettifyError(parsed.error)}; got ${excerpt(text)}`,
  );
}
