/** Reads synthesized templates: which resources there are, and what their references mean without a cloud. */
import { TerminalError } from "../../core/errors.ts";
import { type Identity, identityKey, identitySchema } from "../../lib/identity.ts";

export interface Template {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

interface TemplateOutput {
  readonly Value: unknown;
  readonly Export?: { readonly Name: unknown };
}

/** A resource whose properties are resolved. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly identity: Identity | null;
}

/** What CloudFormation knows of itself. Nothing embedded depends on the values. */
const pseudoParameters: Readonly<Record<string, string>> = {
  "AWS::AccountId": "000000000000",
  "AWS::Partition": "aws",
  "AWS::Region": "local",
  "AWS::StackName": "marketlake",
  "AWS::URLSuffix": "localhost",
};

/** The ARN of something that no stack declares, as references in templates spell it. */
export function embeddedArn(service: string, resource: string): string {
  const { "AWS::Partition": partition, "AWS::Region": region, "AWS::AccountId": account } = pseudoParameters;
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

/**
 * The resources of `types` in all templates, in order. Whatever refers to an identified resource (its name, ARN or URL)
 * resolves to the resource's embedded name.
 * @throws TerminalError for a reference that has no meaning without a cloud.
 */
export function readResources(templates: readonly Template[], types: readonly string[]): Resource[] {
  const exported = new Map<string, () => unknown>();
  for (const template of templates) {
    for (const { Export, Value } of Object.values(template.Outputs ?? {})) {
      if (typeof Export?.Name === "string") exported.set(Export.Name, () => resolve(Value, template));
    }
  }

  function resolve(value: unknown, template: Template): unknown {
    if (Array.isArray(value)) return value.map((item) => resolve(item, template));
    if (typeof value !== "object" || value === null) return value;
    const [[name, argument] = ["", undefined], ...others] = Object.entries(value);
    const intrinsic = others.length === 0 ? intrinsics[name] : undefined;
    if (intrinsic !== undefined) return intrinsic(argument, template);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, template)]));
  }

  const intrinsics: Readonly<Record<string, (argument: unknown, template: Template) => unknown>> = {
    Ref: (id, template) => pseudoParameters[String(id)] ?? embeddedName(String(id), template),
    "Fn::GetAtt": (path, template) => embeddedName(attributeOwner(path), template),
    "Fn::ImportValue": (name, template) => {
      const exportName = String(resolve(name, template));
      const read = exported.get(exportName);
      if (read === undefined) throw new TerminalError(`no stack exports "${exportName}"`);
      return read();
    },
    "Fn::Join": (argument, template) => {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map((part) => String(resolve(part, template))).join(separator);
    },
    "Fn::Sub": (argument, template) => {
      const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [
        string,
        Record<string, unknown>,
      ];
      return text.replace(/\$\{([^}]+)\}/g, (_, name: string) =>
        String(resolve(name in variables ? variables[name] : reference(name), template)),
      );
    },
  };

  return templates.flatMap((template) =>
    Object.entries(template.Resources ?? {})
      .filter(([, { Type }]) => types.includes(Type))
      .map(([logicalId, resource]) => ({
        logicalId,
        type: resource.Type,
        properties: resolve(resource.Properties ?? {}, template) as Record<string, unknown>,
        identity: identityOf(resource),
      })),
  );
}

const attributeOwner = (path: unknown) =>
  Array.isArray(path) ? String(path[0]) : String(path).split(".")[0]!;

const reference = (name: string) => (name.includes(".") ? { "Fn::GetAtt": name } : { Ref: name });

function embeddedName(logicalId: string, template: Template): string {
  const resource = template.Resources?.[logicalId];
  const identity = resource === undefined ? null : identityOf(resource);
  if (identity !== null) return "name" in identity ? identity.name : identity.id;
  // A role or a log group means nothing embedded; it only has to be told from others.
  if (resource !== undefined) return logicalId;
  throw new TerminalError(`the template refers to "${logicalId}", which it does not declare`);
}

function identityOf({ Metadata }: TemplateResource): Identity | null {
  const identity = Metadata?.[identityKey];
  return identity === undefined ? null : identitySchema.parse(identity);
}
