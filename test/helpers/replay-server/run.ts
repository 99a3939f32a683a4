/**
 * All vendors on this machine, to try the command line against:
 * `node test/helpers/replay-server/run.ts [--port 8088] [--fault-rate 0.2] [--seed 1]`.
 */
import { parseArgs } from "node:util";
import { seededFaults } from "./faults.ts";
import { startReplayServer } from "./server.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8088" },
    "fault-rate": { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
  },
});

const faults = seededFaults({ seed: Number(values.seed), rate: Number(values["fault-rate"]) });
const server = await startReplayServer({ port: Number(values.port), faults });
console.log(`vendors listen on ${server.baseUrl}`);
console.log(
  `try: npm run marketlake -- extract --provider yahoo --symbols AAPL,MSFT --interval 15min --base-url ${server.baseUrl}`,
);

process.once("SIGINT", () => {
  const faulty = server.log.filter(({ fault }) => fault !== null).length;
  console.log(`\n${server.log.length} requests, ${faulty} of them with a fault`);
  void server.close();
});
