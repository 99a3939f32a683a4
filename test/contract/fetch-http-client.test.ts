import { createFetchHttpClient } from "../../lambdas/shared/fetch-http-client.ts";
import { httpClientContract } from "./http-client.contract.ts";

const bodyBytesMax = 100_000;

httpClientContract("createFetchHttpClient", createFetchHttpClient({ bodyBytesMax }), bodyBytesMax);
