/** Opens the queue, the database included where it is new, and sends messages one by one, a dot for each that was sent. */
import { systemClock } from "../../../lambdas/shared/system-clock.ts";
import { SqliteWorkQueue } from "../../../local/sqlite/sqlite-work-queue.ts";

const [path, sender, count] = process.argv.slice(2);
const queue = new SqliteWorkQueue(path!, { name: "work" }, systemClock);
for (let i = 0; i < Number(count); i++) {
  await queue.send([{ body: `${sender}-${i}`, attributes: {} }]);
  process.stdout.write(".");
}
queue.close();
