import { fileURLToPath } from "node:url";
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  ApplicationLogLevel,
  Architecture,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { NodejsFunction, OutputFormat, SourceMapMode } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { z } from "zod";
import type { StageConfig } from "../../core/config/index.ts";
import type { LakeSettings } from "../../core/settings.ts";
import type { ExtractSettings } from "../../lambdas/extract/settings.ts";
import type { HealthFunctionSettings } from "../../lambdas/health/settings.ts";
import type { FunctionId } from "../identity.ts";
import { acknowledge } from "./acknowledge.ts";
import { bundling } from "./bundling.ts";
import { identify } from "./identify.ts";
import { settingsHook } from "./settings-hook.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));

type Optional<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** The variables that a schema asks for, as text. A variable that has a default may be left out. */
export type EnvironmentOf<S extends z.core.$ZodObject, Input = z.input<S>> = {
  readonly [K in Exclude<keyof Input, Optional<Input>>]: string;
} & { readonly [K in Optional<Input>]?: string };

export interface PipelineFunctionProps<S extends z.core.$ZodObject> {
  readonly functionId: FunctionId;
  readonly description: string;
  readonly config: StageConfig;
  /** The schema with which the handler reads its environment: a forgotten variable is a compile error here. */
  readonly envSchema: S;
  readonly environment: EnvironmentOf<S>;
  /** What the handler reads from the file beside its code. */
  readonly settings: LakeSettings | ExtractSettings | HealthFunctionSettings;
}

/** The only place where a function is made: runtime, architecture, limits, logs, tracing and bundling. */
export class PipelineFunction<S extends z.core.$ZodObject> extends NodejsFunction {
  /** The function's own role, made of nothing but grants. */
  readonly executionRole: Role;

  constructor(scope: Construct, id: string, props: PipelineFunctionProps<S>) {
    const { functionId, config } = props;
    const limits = config.functions[functionId];
    const entry = `lambdas/${functionId}/index.ts`;
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- The enum's values are the days themselves.
      retention: config.logs.retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // An own role, because the managed policy for logging would let every function write to every log.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    logGroup.grantWrite(role);

    super(scope, id, {
      description: props.description,
      entry: `${repository}${entry}`,
      projectRoot: repository,
      depsLockFilePath: `${repository}package-lock.json`,
      handler: "handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: limits.memoryMb,
      timeout: Duration.millis(limits.timeoutMs),
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel[config.logs.level],
      systemLogLevelV2: SystemLogLevel.INFO,
      tracing: Tracing.ACTIVE,
      environment: { ...props.environment, NODE_OPTIONS: "--enable-source-maps" },
      bundling: { ...bundlingOptions, commandHooks: settingsHook(props.settings) },
    });
    this.executionRole = role;
    identify(this, { kind: "function", id: functionId, entry });
    acknowledge(role, [
      {
        id: "AwsSolutions-IAM5[Resource::*]",
        reason: "X-Ray has no resources to name when traces are sent.",
      },
    ]);
  }
}

const bundlingOptions = {
  target: bundling.target,
  format: OutputFormat.ESM,
  bundleAwsSDK: bundling.bundleAwsSdk,
  mainFields: [...bundling.mainFields],
  minify: bundling.minify,
  externalModules: [...bundling.externalModules],
  esbuildArgs: Object.fromEntries(
    Object.entries(bundling.alias).map(([name, file]) => [`--alias:${name}`, file]),
  ),
  sourceMap: bundling.sourceMap,
  sourceMapMode: SourceMapMode.DEFAULT,
  sourcesContent: bundling.sourcesContent,
};
