import * as z from "../../zod.ts";
import type { ProviderResponse } from "../provider.ts";
import { excerpt, UnexpectedResponseError } from "./errors.ts";

const problemLinesMax = 6;

/**
 * A JSON body by its schema.
 * @throws UnexpectedResponseError that lists the first things that do not fit.
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
  // Thousands of rows may have the same fault.
  const problems = z.prettifyError(parsed.error).split("\n").slice(0, problemLinesMax).join("\n");
  throw new UnexpectedResponseError(
    `${provider}: the response has an unknown shape: ${problems}; got ${excerpt(text)}`,
  );
}
