import { join } from "node:path";
import { DuckDbQueryEngine } from "../../local/duckdb/duckdb-query-engine.ts";
import { FileObjectStore } from "../../local/files/file-object-store.ts";
import { temporaryDirectory } from "../helpers/temporary-directory.ts";
import { queryEngineContract } from "./query-engine.contract.ts";

queryEngineContract("DuckDbQueryEngine", async (objects) => {
  const directory = await temporaryDirectory();
  // A lake may lie anywhere, also below names that mean something in SQL and in glob patterns.
  const lake = join(directory.path, "it's a [lake]*");
  const store = new FileObjectStore(lake);
  for (const { key, bytes } of objects) await store.put(key, bytes);
  const engine = new DuckDbQueryEngine(lake, { memoryLimitMb: 256, threads: 1 });
  return {
    subject: engine,
    dispose: async () => {
      await engine.close();
      store.close();
      await directory.remove();
    },
  };
});
