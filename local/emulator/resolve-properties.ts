import { TerminalError } from "../../core/errors.ts";
import { emulatorAccount, emulatorRegion } from "./endpoint.ts";

/** Names that deployed resources got, by logical id. */
export type PhysicalIds = ReadonlyMap<string, string>;

const pseudoParameters: PhysicalIds = new Map([
  ["AWS::AccountId", emulatorAccount],
  ["AWS::Region", emulatorRegion],
  ["AWS::Partition", "aws"],
]);

/**
 * Properties of a resource with their references replaced.
 * @throws TerminalError for a reference that nothing deployed answers.
 */
export function resolveProperties(
  properties: Readonly<Record<string, unknown>>,
  physicalIds: PhysicalIds,
): Record<string, unknown> {
  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== "object" || value === null) return value;
    const [[name, argument] = ["", undefined]] = Object.entries(value);
    if (name === "Ref") return physicalId(String(argument));
    if (name === "Fn::Join") {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map((part) => String(resolve(part))).join(separator);
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item)]));
  }

  function physicalId(logicalId: string): string {
    const id = pseudoParameters.get(logicalId) ?? physicalIds.get(logicalId);
    if (id !== undefined) return id;
    throw new TerminalError(`nothing deployed has the logical id "${logicalId}", which a resource refers to`);
  }

  return resolve(properties) as Record<string, unknown>;
}
