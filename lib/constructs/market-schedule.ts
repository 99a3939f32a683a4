import { Duration, TimeZone } from "aws-cdk-lib";
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
} from "aws-cdk-lib/aws-scheduler";
import { SqsSendMessage } from "aws-cdk-lib/aws-scheduler-targets";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { ExtractRequest } from "../../core/messages/index.ts";
import type { ScheduleConfig } from "../../core/config/index.ts";
import { laneOf, type LakeSettings } from "../../core/settings.ts";
import { identify } from "./identify.ts";

/** A tick that cannot be delivered within an hour is a dead letter; later ticks re-read an overlap anyway. */
const maxEventAge = Duration.hours(1);
const retryAttempts = 10;

export interface MarketScheduleProps {
  readonly schedule: ScheduleConfig;
  readonly settings: LakeSettings;
  /** FIFO: a tick waits for its turn in the lane of its provider. */
  readonly requests: IQueue;
  /** Takes what could not be sent. The scheduler knows no FIFO queue here. */
  readonly deadLetterQueue: IQueue;
}

/** Sends a request for bars when it is time. The scheduled time is the business time of the whole run. */
export class MarketSchedule extends Schedule {
  constructor(scope: Construct, id: string, props: MarketScheduleProps) {
    const { schedule: config, settings, requests, deadLetterQueue } = props;
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
      target: new SqsSendMessage(requests, {
        input: ScheduleTargetInput.fromObject(request),
        messageGroupId: laneOf(settings, request),
        deadLetterQueue,
        maxEventAge,
        retryAttempts,
      }),
    });
    identify(this, { kind: "schedule", name: config.name });
  }
}
