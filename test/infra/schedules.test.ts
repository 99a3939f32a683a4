import { describe, expect, it } from "vitest";
import { extractRequestSchema, parseRequest } from "../../core/messages/index.ts";
import { parseStageConfig } from "../../lib/config.ts";
import { stageConfig } from "../../lib/stages.ts";
import { resourcesOf, synthesize } from "../helpers/templates.ts";

/** As EventBridge Scheduler writes it: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
const scheduledTime = "2022-03-22T18:59:43Z";

interface Schedule {
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone: string;
  readonly State: string;
  readonly Target: { readonly Input: string; readonly RetryPolicy: Record<string, number> };
}

const schedulesOf = (stage: string) =>
  resourcesOf(synthesize(stageConfig(stage)), "AWS::Scheduler::Schedule").map(
    ({ properties }) => properties as unknown as Schedule,
  );

describe("schedules", () => {
  it("send what extract understands, with the scheduled time filled in", () => {
    const schedules = schedulesOf("dev");
    expect(schedules).toHaveLength(13);
    for (const { Target } of schedules) {
      const event: unknown = JSON.parse(
        Target.Input.replaceAll("<aws.scheduler.scheduled-time>", scheduledTime),
      );
      expect(parseRequest(extractRequestSchema, event)).toMatchObject({
        kind: "extract",
        provider: "synthetic",
        scheduledTime,
        trigger: "schedule",
      });
    }
  });

  it("follow the market's time zone and give up after an hour", () => {
    const stock = schedulesOf("dev")[0]!;
    expect(stock).toMatchObject({
      ScheduleExpression: "cron(0/15 9-16 ? * MON-FRI *)",
      ScheduleExpressionTimezone: "America/New_York",
      Target: { RetryPolicy: { MaximumEventAgeInSeconds: 3_600, MaximumRetryAttempts: 10 } },
    });
  });

  it("run in dev and rest in prod, where generated prices must not mix with real ones", () => {
    expect(new Set(schedulesOf("dev").map(({ State }) => State))).toEqual(new Set(["ENABLED"]));
    expect(new Set(schedulesOf("prod").map(({ State }) => State))).toEqual(new Set(["DISABLED"]));
  });
});

describe("stage configuration", () => {
  it("names every problem at once", () => {
    const config = stageConfig("dev");
    const broken = {
      ...config,
      stage: "Dev Stage",
      schedules: [{ ...config.schedules[0]!, timeZone: "Mars/Olympus" }],
      logs: { retentionDays: 8, level: "INFO" },
    };
    const message = messageOf(() => parseStageConfig(broken));
    for (const path of ["stage", "schedules[0].timeZone", "logs.retentionDays"])
      expect(message).toContain(path);
  });

  it("refuses two schedules of one name", () => {
    const config = stageConfig("dev");
    const twice = { ...config, schedules: [config.schedules[0]!, config.schedules[0]!] };
    expect(messageOf(() => parseStageConfig(twice))).toContain("schedule names must be unique");
  });

  it("lists the stages there are when asked for another", () => {
    expect(messageOf(() => stageConfig("test"))).toContain(
      'stage "test" is not configured; use one of dev, prod',
    );
  });
});

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("expected an error, none was thrown");
}
