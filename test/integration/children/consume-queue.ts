/** Receives messages and prints their bodies; acknowledges them only where told to, else waits to be killed. */
import { systemClock } from "../../../lambdas/shared/system-clock.ts";
import { SqliteWorkQueue } from "../../../local/sqlite/sqlite-work-queue.ts";

const [path, visibilityTimeoutMs, mode] = process.argv.slice(2);
const queue = new SqliteWorkQueue(path!, { name: "work" }, systemClock);
const options = { maxMessages: 3, visibilityTimeoutMs: Number(visibilityTimeoutMs) };

for (;;) {
  const messages = await queue.receive(options);
  if (messages.length === 0) break;
  for (const { body, receiptHandle } of messages) {
    if (mode === "acknowledge") await queue.acknowledge(receiptHandle);
    process.stdout.write(`${body}\n`);
  }
  if (mode !== "acknowledge") await systemClock.sleep(60_000);
}
queue.close();
