import { createProviders } from "../../core/providers/registry.ts";
import { awsPorts } from "../shared/aws/ports.ts";
import { createHandler } from "./handler.ts";

export const handler = createHandler({
  environment: process.env,
  ports: (env) => ({ ...awsPorts(env), providers: createProviders() }),
});
