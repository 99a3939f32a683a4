import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach } from "vitest";
import { SecretsManagerSecretStore } from "../../../../lambdas/shared/aws/secrets-manager-secret-store.ts";
import { secretStoreContract } from "../../../contract/secret-store.contract.ts";

const secretsManager = mockClient(SecretsManagerClient);

beforeEach(() => {
  secretsManager.reset();
});

secretStoreContract("SecretsManagerSecretStore", (secrets) => {
  secretsManager
    .on(GetSecretValueCommand)
    .rejects(new ResourceNotFoundException({ message: "can't find it", $metadata: { httpStatusCode: 400 } }));
  for (const [name, value] of Object.entries(secrets)) {
    secretsManager
      .on(GetSecretValueCommand, { SecretId: `marketlake/dev/${name}` })
      .resolves({ SecretString: value });
  }
  const client = new SecretsManagerClient({ region: "us-east-1" });
  return { subject: new SecretsManagerSecretStore(client, "marketlake/dev/") };
});
