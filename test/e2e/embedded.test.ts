import { embeddedTarget } from "./target/embedded-target.ts";
import { describeTarget } from "./target/suite.ts";

describeTarget("the embedded runtime", embeddedTarget);
