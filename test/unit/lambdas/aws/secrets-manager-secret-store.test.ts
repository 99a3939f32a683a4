import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
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

const store = () =>
  new SecretsManagerSecretStore(new SecretsManagerClient({ region: "us-east-1" }), "marketlake/prod/");

describe("a key that is missing in Secrets Manager", () => {
  test("is told by its full name, with the command that creates it and the place where to get it", async () => {
    secretsManager
      .on(GetSecretValueCommand)
      .rejects(new ResourceNotFoundException({ message: "can't find it", $metadata: {} }));
    await expect(store().get("fmp-api-key")).rejects.toThrow(
      'secret "marketlake/prod/fmp-api-key" does not exist; run: aws secretsmanager create-secret --name marketlake/prod/fmp-api-key --secret-string KEY; get a key at https://site.financialmodelingprep.com/developer/docs',
    );
  });

  test("is set in the secret that is there, where that is empty", async () => {
    secretsManager.on(GetSecretValueCommand).resolves({ SecretString: "" });
    await expect(store().get("other-key")).rejects.toThrow(
      /^secret "marketlake\/prod\/other-key" has no value; run: aws secretsmanager put-secret-value --secret-id marketlake\/prod\/other-key --secret-string KEY$/,
    );
  });
});
