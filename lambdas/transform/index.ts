import { awsConsumerPorts } from "../shared/aws/ports.ts";
import { createHandler } from "./handler.ts";

export const handler = createHandler({ environment: process.env, ports: awsConsumerPorts });
