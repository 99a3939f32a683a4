/** Where an emulator of AWS listens, and the promise that nothing else is deployed to. */
import { ConfigError } from "../../core/errors.ts";

/** The port of LocalStack, MiniStack and Floci. An address, because clients put bucket names before a host name. */
const defaultEndpoint = "http://127.0.0.1:4566";
const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** What any emulator takes; credentials of an account never leave the machine this way. */
export const emulatorIdentity = { accessKeyId: "test", secretAccessKey: "test" } as const;
export const emulatorAccount = "000000000000";
export const emulatorRegion = "us-east-1";

/**
 * The endpoint that `AWS_ENDPOINT_URL` names, or the emulators' default.
 * @param yesReally Whether a host that is not this machine may be meant. AWS itself never is.
 * @throws ConfigError for a host that is not loopback, and for text that is no URL.
 */
export function emulatorEndpoint(
  environment: Readonly<Record<string, string | undefined>>,
  yesReally: boolean,
): string {
  const text = environment["AWS_ENDPOINT_URL"] || defaultEndpoint;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new ConfigError(
      `AWS_ENDPOINT_URL must be the URL of an emulator such as ${defaultEndpoint}, got "${text}"`,
    );
  }
  if (/(^|\.)amazonaws\.com(\.cn)?$/.test(url.hostname)) {
    throw new ConfigError(
      `AWS_ENDPOINT_URL names AWS itself ("${url.hostname}"), where data would be deleted without asking; deploy to an account with "npx cdk deploy --all" (docs/deploy.md)`,
    );
  }
  if (!loopback.test(url.hostname) && !yesReally) {
    throw new ConfigError(
      `AWS_ENDPOINT_URL names "${url.hostname}", which is not this machine; set it to ${defaultEndpoint}, or add --yes-really if that host is an emulator whose data may be lost`,
    );
  }
  if (url.hostname === "localhost") url.hostname = "127.0.0.1";
  return url.href.replace(/\/$/, "");
}
