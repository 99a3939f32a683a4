import { join } from "node:path";
import { VirtualClock } from "../../local/memory/virtual-clock.ts";
import { SqliteWorkQueue } from "../../local/sqlite/sqlite-work-queue.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";
import { fifoQueueContract } from "./fifo-queue.contract.ts";
import { workQueueContract, type MakeWorkQueue } from "./work-queue.contract.ts";

const makeQueue: MakeWorkQueue = async ({ maxReceiveCount, fifo }) => {
  const directory = await temporaryDirectory();
  const path = join(directory.path, ".state", "queue.sqlite");
  const clock = new VirtualClock(Date.UTC(2026, 0));
  const queue = new SqliteWorkQueue(
    path,
    { name: "work", fifo, maxReceiveCount, deadLetterQueue: "work-dlq" },
    clock,
  );
  const deadLetters = new SqliteWorkQueue(path, { name: "work-dlq", fifo }, clock);
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
};

workQueueContract("SqliteWorkQueue", makeQueue);
fifoQueueContract("SqliteWorkQueue", makeQueue);
