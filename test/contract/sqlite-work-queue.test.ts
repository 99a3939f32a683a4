import { join } from "node:path";
import { VirtualClock } from "../../local/memory/virtual-clock.ts";
import { SqliteWorkQueue } from "../../local/sqlite/sqlite-work-queue.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";
import { workQueueContract } from "./work-queue.contract.ts";

workQueueContract("SqliteWorkQueue", async ({ maxReceiveCount }) => {
  const directory = await temporaryDirectory();
  const path = join(directory.path, ".state", "queue.sqlite");
  const clock = new VirtualClock(Date.UTC(2026, 0));
  const queue = new SqliteWorkQueue(
    path,
    { name: "work", maxReceiveCount, deadLetterQueue: "work-dlq" },
    clock,
  );
  const deadLetters = new SqliteWorkQueue(path, { name: "work-dlq" }, clock);
  return {
    subject: queue,
    deadLetters,
    passTime: (ms) => clock.advance(ms),
    dispose: async () => {
      queue.close();
      deadLetters.close();
      await directory.remove();
    },
  };
});
