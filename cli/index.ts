/** Entry of the CLI. Compiled code is kept for the next start, which halves its time; hence the import afterwards. */
import { enableCompileCache } from "node:module";

enableCompileCache();
const { main } = await import("./main.ts");
await main(process);
