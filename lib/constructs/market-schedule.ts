import { Duration, TimeZone } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
} from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { ExtractRequest } from "../../core/messages/index.ts";
import type { ScheduleConfig } from "../../core/config/index.ts";
import { identify } from "./identify.ts";

/** A tick that cannot be delivered within an hour is a dead letter; later ticks re-read an overlap anyway. */
const maxEventAge = Duration.hours(1);
const retryAttempts = 10;

/** Invokes extract with the bars that `config` asks for. The scheduled time is the business time of the whole run. */
export class MarketSchedule extends Schedule {
  constructor(
    scope: Construct,
    id: string,
    config: ScheduleConfig,
    target: { readonly extract: IFunction; readonly deadLetterQueue: IQueue },
  ) {
    const request: ExtractRequest = {
      version: 1,
      kind: "extract",
      ...config.request,
      scheduledTime: ContextAttribute.scheduledTime,
      trigger: "schedule",
    };
    super(scope, id, {
      description: `Asks for ${config.request.interval} bars of asset class ${config.request.assetClass}.`,
      schedule: ScheduleExpression.expression(`cron(${config.cron})`, TimeZone.of(config.timeZone)),
      enabled: config.enabled,
      target: new LambdaInvoke(target.extract, {
        input: ScheduleTargetInput.fromObject(request),
        deadLetterQueue: target.deadLetterQueue,
        maxEventAge,
        retryAttempts,
      }),
    });
    identify(this, { kind: "schedule", name: config.name });
  }
}
