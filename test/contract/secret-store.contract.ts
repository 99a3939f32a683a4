import { describe, expect, test } from "vitest";
import { TerminalError } from "../../core/errors.ts";
import type { SecretStore } from "../../core/ports.ts";
import { withSubject, type Subject } from "./subject.ts";

/** What every `SecretStore` does. `makeStore` builds one that holds exactly `secrets`, by name. */
export function secretStoreContract(
  name: string,
  makeStore: (
    secrets: Readonly<Record<string, string>>,
  ) => Promise<Subject<SecretStore>> | Subject<SecretStore>,
): void {
  const secrets = { "fmp-api-key": "k3y=with+odd/chars==", "other-api-key": "two words" };

  describe(`${name} as a secret store`, () => {
    test("returns a secret exactly as it was set", () =>
      withSubject(
        () => makeStore(secrets),
        async ({ subject: store }) => {
          expect(await store.get("fmp-api-key")).toBe("k3y=with+odd/chars==");
          expect(await store.get("other-api-key")).toBe("two words");
        },
      ));

    test("names a missing secret in a terminal error that gives no other secret away", () =>
      withSubject(
        () => makeStore(secrets),
        async ({ subject: store }) => {
          const error = await store.get("absent-api-key").catch((thrown: unknown) => thrown);
          expect(error).toBeInstanceOf(TerminalError);
          expect((error as Error).message).toMatch(/absent.api.key/i);
          for (const secret of Object.values(secrets)) expect((error as Error).message).not.toContain(secret);
        },
      ));
  });
}
