import { TransientError } from "../../../core/errors.ts";
import { createProviders } from "../../../core/providers/registry.ts";
import { defaultLakeSettings } from "../../../core/settings.ts";
import { stageConfig } from "../../../core/config/index.ts";
import { DuckDbQueryEngine } from "../../../local/duckdb/duckdb-query-engine.ts";
import { openOrCreateLake } from "../../../local/lake.ts";
import { drain } from "../../../local/runtime/drain.ts";
import { Station } from "../../../local/runtime/station.ts";
import { readWiring } from "../../../local/wiring.ts";
import { temporaryDirectory } from "../../helpers/temporary-directory.ts";
import type { Target } from "./target.ts";

/** The functions in this process, over files, SQLite and DuckDB. */
export async function embeddedTarget(): Promise<Target> {
  const directory = await temporaryDirectory();
  const lake = await openOrCreateLake(directory.path, defaultLakeSettings);
  const stage = stageConfig("dev");
  const wiring = await readWiring({ config: { ...stage, lake: lake.settings } });
  let isRefusing = false;
  const station = new Station({
    lake,
    wiring,
    providers: createProviders(),
    logLevel: "SILENT",
    watched: stage.watched,
    observe: ({ action, resource }) => {
      if (isRefusing && action === "sqs:SendMessage" && resource.endsWith("transform-dlq")) {
        throw new TransientError("the dead-letter queue is out of order");
      }
    },
  });
  const engine = new DuckDbQueryEngine(lake.directory);
  return {
    context: station.context,
    engine,
    queue: (name) => station.queue(name),
    extract: (request) => station.extract(request),
    health: (request) => station.health(request),
    transform: station.consumer("transform"),
    refuseDeadLetters: async () => {
      isRefusing = true;
      return async () => {
        isRefusing = false;
      };
    },
    settle: async () => {
      await drain(station);
    },
    makeScheduleDue: async (name, scheduledTime) => {
      const { input, target } = wiring.schedules.find((schedule) => schedule.name === name)!;
      if (target.kind !== "queue") throw new Error(`schedule ${name} sends to no queue`);
      const body = JSON.stringify(input).replace("<aws.scheduler.scheduled-time>", scheduledTime);
      await station.queue(target.queue).send([{ body, attributes: {}, group: target.group }]);
    },
    close: async () => {
      await engine.close();
      station.close();
      await directory.remove();
    },
  };
}
