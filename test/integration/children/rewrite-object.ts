/** Rewrites an object again and again, each time with bytes that are all alike, until it is killed. */
import { FileObjectStore } from "../../../local/files/file-object-store.ts";

const [root, key] = process.argv.slice(2);
const store = new FileObjectStore(root!);

for (let round = 0; ; round++) {
  await store.put(key!, new Uint8Array(500_000).fill(round % 251));
  if (round === 0) process.stdout.write("started\n");
}
