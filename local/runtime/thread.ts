/** Entry of a worker thread: runs the tasks that the crew sends, one at a time. */
import { parentPort, workerData } from "node:worker_threads";
import type { ThreadMessage, ThreadOptions } from "./crew.ts";
import { flattenError } from "./flat-error.ts";
import { Station } from "./station.ts";
import { runTask, type Task } from "./tasks.ts";

const station = new Station({ ...(workerData as ThreadOptions), providers: new Map() });
const port = parentPort!;
const answer = (message: ThreadMessage) => port.postMessage(message);

port.on("message", ({ id, task }: { id: number; task: Task }) => {
  runTask(station, task, (progress) => answer({ id, kind: "progress", progress }))
    .then((result) => answer({ id, kind: "done", result }))
    .catch((error: unknown) => answer({ id, kind: "failed", error: flattenError(error) }));
});
