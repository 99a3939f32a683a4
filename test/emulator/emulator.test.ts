/** `npm run test:emulator` deploys to an emulator first and names it here. */
import { emulatorTarget } from "../e2e/target/emulator-target.ts";
import { describeTarget } from "../e2e/target/suite.ts";

const endpoint = process.env["AWS_ENDPOINT_URL"];
if (endpoint === undefined) throw new Error("run these tests with: npm run test:emulator");

describeTarget("an emulator of AWS", () => emulatorTarget(endpoint));
