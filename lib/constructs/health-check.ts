/** The function that looks after the pipeline, and the schedule that asks it to. It reads, and changes nothing. */
import { type CfnElement, Duration, Stack, TimeZone } from "aws-cdk-lib";
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
} from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import { Construct } from "constructs";
import type { StageConfig } from "../../core/config/index.ts";
import { providerLanesPrefix, watermarksPrefix } from "../../core/lake/keys.ts";
import type { HealthRequest } from "../../core/messages/index.ts";
import { barsDaily, barsIntraday } from "../../core/tables/index.ts";
import { healthEnvSchema } from "../../lambdas/health/env.ts";
import { acknowledge } from "./acknowledge.ts";
import { identify } from "./identify.ts";
import type { LakeBucket } from "./lake-bucket.ts";
import { PipelineFunction } from "./pipeline-function.ts";

/** A check that could not be made is worth nothing once the next is due, so nobody keeps it. */
const retryAttempts = 1;
const maxEventAge = Duration.minutes(5);

export class HealthCheck extends Construct {
  constructor(scope: Construct, id: string, config: StageConfig, curated: LakeBucket) {
    super(scope, id);
    const { lake, watched, healthCheckMinutes } = config;
    const check = new PipelineFunction(this, "Function", {
      functionId: "health",
      description: "Tells whether providers answer and bars keep up with their markets.",
      config,
      settings: { lake, watched },
      envSchema: healthEnvSchema,
      environment: {
        STAGE: config.stage,
        LOG_LEVEL: config.logs.level,
        CURATED_BUCKET: curated.bucketName,
      },
    });
    const known = [watermarksPrefix, providerLanesPrefix];
    // What watermarks miss is looked for in the bars.
    curated.allowReading(check.executionRole, [...known, barsDaily.prefix, barsIntraday.prefix]);
    check.configureAsyncInvoke({ retryAttempts, maxEventAge });
    if (healthCheckMinutes !== null) this.#schedule(check, healthCheckMinutes);
  }

  #schedule(check: PipelineFunction<typeof healthEnvSchema>, everyMinutes: number): void {
    const functionId = Stack.of(this).getLogicalId(check.node.defaultChild as CfnElement);
    acknowledge(Stack.of(this), [
      {
        id: `AwsSolutions-IAM5[Resource::<${functionId}.Arn>:*]`,
        reason: "The scheduler's grant spans the versions of the health check; it reaches no other function.",
      },
    ]);
    const request: HealthRequest = {
      version: 1,
      kind: "health",
      scheduledTime: ContextAttribute.scheduledTime,
    };
    const schedule = new Schedule(this, "Schedule", {
      description: "Asks how providers and series are.",
      schedule: ScheduleExpression.expression(`rate(${everyMinutes} minutes)`, TimeZone.ETC_UTC),
      target: new LambdaInvoke(check, {
        input: ScheduleTargetInput.fromObject(request),
        maxEventAge,
        retryAttempts,
      }),
    });
    identify(schedule, { kind: "schedule", name: "health" });
  }
}
