/** Statements of access policies in IAM's own spelling, with a list wherever IAM takes one value or many. */
import { z } from "zod";

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const conditionValues = z.union([scalar, z.array(scalar)]).transform((value) => [value].flat());

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */
export const statementSchema = z
  .strictObject({
    Sid: z.string().exactOptional(),
    Effect: z.enum(["Allow", "Deny"]),
    Action: texts.exactOptional(),
    NotAction: texts.exactOptional(),
    Resource: texts.exactOptional(),
    NotResource: texts.exactOptional(),
    /** By operator, then by key. */
    Condition: z.record(z.string(), z.record(z.string(), conditionValues)).exactOptional(),
  })
  .refine(({ Action, NotAction }) => (Action === undefined) !== (NotAction === undefined), {
    error: "expected either Action or NotAction",
  })
  .refine(({ Resource, NotResource }) => (Resource === undefined) !== (NotResource === undefined), {
    error: "expected either Resource or NotResource",
  });

type DeepReadonly<T> = { readonly [K in keyof T]: DeepReadonly<T[K]> };

export type Statement = DeepReadonly<z.infer<typeof statementSchema>>;
