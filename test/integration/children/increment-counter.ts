/** Raises the number in an object by one, `times` times, by compare-and-swap. Runs as a process and as a worker. */
import { parentPort, workerData } from "node:worker_threads";
import { FileObjectStore } from "../../../local/files/file-object-store.ts";

const [root, key, times] = parentPort === null ? process.argv.slice(2) : (workerData as string[]);
const store = new FileObjectStore(root!);

for (let done = 0; done < Number(times);) {
  const current = (await store.get(key!))!;
  const next = String(Number(Buffer.from(current.bytes).toString()) + 1);
  if ((await store.put(key!, Buffer.from(next), { etag: current.etag })).written) done += 1;
}
store.close();
