import { describe, expect, it } from "vitest";
import { parseConfigFile, stageConfig } from "../../core/config/index.ts";
import { extractRequestSchema, healthRequestSchema, parseRequest } from "../../core/messages/index.ts";
import { resourcesOf, synthesize } from "../helpers/templates.ts";

/** As EventBridge Scheduler writes it: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
const scheduledTime = "2022-03-22T18:59:43Z";

interface Schedule {
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone: string;
  readonly State: string;
  readonly Target: {
    readonly Input: string;
    readonly RetryPolicy: Record<string, number>;
    readonly SqsParameters: { readonly MessageGroupId: string };
  };
}

/** Schedules by name, as the template of a stage has them under the configuration file given. */
function allSchedulesOf(stage: string, file: unknown = {}): Map<string, Schedule> {
  const templates = synthesize(stageConfig(stage, parseConfigFile(JSON.stringify(file), "test")));
  return new Map(
    resourcesOf(templates, "AWS::Scheduler::Schedule").map(({ name, properties }) => [
      name!,
      properties as unknown as Schedule,
    ]),
  );
}

/** Those of markets. */
function schedulesOf(stage: string, file: unknown = {}): Map<string, Schedule> {
  const schedules = allSchedulesOf(stage, file);
  schedules.delete("health");
  return schedules;
}

/** What extract is asked, as it reads it. */
function requestOf({ Target }: Schedule) {
  const event: unknown = JSON.parse(Target.Input.replaceAll("<aws.scheduler.scheduled-time>", scheduledTime));
  return parseRequest(extractRequestSchema, event);
}

/** Expression and zone of each schedule, and what it asks for beyond the series. */
const told = (schedules: ReadonlyMap<string, Schedule>) =>
  [...schedules].map(([name, schedule]) => {
    const { version: _v, kind: _k, scheduledTime: _s, trigger: _t, ...request } = requestOf(schedule);
    return [name, schedule.ScheduleExpression, schedule.ScheduleExpressionTimezone, request];
  });

const universe = {
  markets: { stock: { symbols: ["AAPL", "MSFT"] }, crypto: { symbols: ["BTC-USD"], intraday: null } },
};

describe("schedules", () => {
  it("send what extract understands, with the scheduled time filled in", () => {
    for (const schedule of schedulesOf("dev", universe).values()) {
      expect(requestOf(schedule)).toMatchObject({ kind: "extract", scheduledTime, trigger: "schedule" });
    }
  });

  it("follow the market's time zone and give up after an hour", () => {
    expect(schedulesOf("dev").get("stock-15min")).toMatchObject({
      ScheduleExpression: "cron(0/15 9-16 ? * MON-FRI *)",
      ScheduleExpressionTimezone: "America/New_York",
      Target: { RetryPolicy: { MaximumEventAgeInSeconds: 3_600, MaximumRetryAttempts: 10 } },
    });
  });

  it("ask the chain of every market with symbols for its ticks, its gaps and its history", () => {
    const stock = { assetClass: "stock", interval: "15min" };
    const daily = { assetClass: "stock", interval: "1d" };
    const coins = { assetClass: "crypto", interval: "1d" };
    const [nine, sunday] = ["cron(0 9 * * ? *)", "cron(0 10 ? * SUN *)"];
    expect(told(schedulesOf("prod", universe))).toEqual([
      ["stock-15min", "cron(0/15 9-16 ? * MON-FRI *)", "America/New_York", stock],
      ["stock-1d", "cron(20 16 ? * MON-FRI *)", "America/New_York", daily],
      ["stock-15min-gaps", nine, "Etc/UTC", { ...stock, lastDays: 7, only: "gaps" }],
      ["stock-15min-refresh", sunday, "Etc/UTC", { ...stock, lastDays: 30 }],
      ["stock-1d-gaps", nine, "Etc/UTC", { ...daily, lastDays: 7, only: "gaps" }],
      ["stock-1d-refresh", sunday, "Etc/UTC", { ...daily, lastDays: 1_800 }],
      ["crypto-1d", "cron(20 0 * * ? *)", "Etc/UTC", coins],
      ["crypto-1d-gaps", nine, "Etc/UTC", { ...coins, lastDays: 7, only: "gaps" }],
      ["crypto-1d-refresh", sunday, "Etc/UTC", { ...coins, lastDays: 1_800 }],
    ]);
  });

  it("poll every minute of the hours of trade where a market streams", () => {
    const stock = { symbols: ["AAPL"], stream: { everySeconds: 15 }, endOfDay: null };
    const file = { markets: { stock }, maintenance: { gaps: null, refresh: null } };
    expect(told(schedulesOf("prod", file))).toEqual([
      [
        "stock-15min",
        "cron(* 9-16 ? * MON-FRI *)",
        "America/New_York",
        { assetClass: "stock", interval: "15min", polls: { count: 4, everyMs: 15_000 } },
      ],
    ]);
  });

  it("wait in the lane of the provider that is asked first; streams have lanes of their own", () => {
    const file = {
      markets: {
        stock: { symbols: ["AAPL"], providers: ["fmp", "yahoo"], stream: { everySeconds: 15 } },
        crypto: { symbols: ["BTC-USD"], providers: ["binance"], intraday: null },
      },
      maintenance: { gaps: null, refresh: null },
    };
    const lanes = [...schedulesOf("prod", file)].map(([name, { Target }]) => [
      name,
      Target.SqsParameters.MessageGroupId,
    ]);
    expect(lanes).toEqual([
      ["stock-15min", "fmp/stock/15min"],
      ["stock-1d", "fmp"],
      ["crypto-1d", "binance"],
    ]);
  });

  it("ask for generated bars of all markets in dev, and for nothing in prod, where no market has symbols", () => {
    const generated = [...schedulesOf("dev").values()].map(requestOf);
    // Intraday and end of day of seven asset classes, but for bonds, which have no intraday bars.
    expect(generated).toHaveLength(13);
    expect(new Set(generated.map(({ provider }) => provider))).toEqual(new Set(["synthetic"]));
    expect(schedulesOf("prod").size).toBe(0);
  });

  it("never ask for generated bars where a market has symbols", () => {
    const providers = [...schedulesOf("dev", universe).values()]
      .map(requestOf)
      .map(({ provider }) => provider);
    expect(new Set(providers)).toEqual(new Set([undefined]));
  });

  it("are switched off where the stage says so", () => {
    const file = { ...universe, stages: { prod: { deployment: { schedulesEnabled: false } } } };
    const states = (stage: string) => [...schedulesOf(stage, file).values()].map(({ State }) => State);
    expect(new Set(states("prod"))).toEqual(new Set(["DISABLED"]));
    expect(new Set(states("dev"))).toEqual(new Set(["ENABLED"]));
  });
});

const healthOf = (file: unknown) => allSchedulesOf("prod", file).get("health");
const deployed = (deployment: object) => healthOf({ ...universe, deployment });

describe("the health check", () => {
  it("is made every 30 minutes, or as configured, with a request that the function understands", () => {
    const schedule = healthOf(universe)!;
    expect(schedule).toMatchObject({ ScheduleExpression: "rate(30 minutes)", State: "ENABLED" });
    const event: unknown = JSON.parse(
      schedule.Target.Input.replaceAll("<aws.scheduler.scheduled-time>", scheduledTime),
    );
    expect(parseRequest(healthRequestSchema, event).scheduledTime).toBe(scheduledTime);
    expect(deployed({ healthCheckMinutes: 60 })!.ScheduleExpression).toBe("rate(60 minutes)");
  });

  it("is not made where it or all schedules are switched off, or where nothing is to be kept current", () => {
    expect(deployed({ healthCheckMinutes: null })).toBeUndefined();
    expect(deployed({ schedulesEnabled: false })).toBeUndefined();
    expect(healthOf({})).toBeUndefined();
  });
});
