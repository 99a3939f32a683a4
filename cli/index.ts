/** Entry of the CLI. Compiled code is kept for the next start, which halves its time; hence the import afterwards. */
import { enableCompileCache } from "node:module";
import { restartWithAllocator } from "../local/allocator.ts";

restartWithAllocator(process);
const { directory } = enableCompileCache();
// Worker threads keep theirs only where the environment says so.
if (directory !== undefined) process.env["NODE_COMPILE_CACHE"] ??= directory;
const { main } = await import("./main.ts");
await main(process);
