import { AthenaClient } from "@aws-sdk/client-athena";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { emulatorIdentity, emulatorRegion } from "./endpoint.ts";

/** The clients with which an emulator is set up. */
export interface EmulatorClients {
  readonly athena: AthenaClient;
  readonly cloudFormation: CloudFormationClient;
  readonly glue: GlueClient;
  readonly s3: S3Client;
}

/** Region, credentials and endpoint for clients of an emulator. */
export function clientOptions(endpoint: string) {
  return { endpoint, region: emulatorRegion, credentials: emulatorIdentity, maxAttempts: 2 };
}

export function emulatorClients(endpoint: string): EmulatorClients {
  const options = clientOptions(endpoint);
  return {
    athena: new AthenaClient(options),
    cloudFormation: new CloudFormationClient(options),
    glue: new GlueClient(options),
    s3: new S3Client({ ...options, forcePathStyle: true }),
  };
}
