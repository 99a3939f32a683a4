import { describe, expect, it } from "vitest";
import { ConfigError } from "../../../../core/errors.ts";
import { emulatorEndpoint } from "../../../../local/emulator/endpoint.ts";

const endpointOf = (url: string, yesReally = false) => emulatorEndpoint({ AWS_ENDPOINT_URL: url }, yesReally);

describe("the endpoint of an emulator", () => {
  it("is the port that all emulators share where none is named", () => {
    expect(emulatorEndpoint({}, false)).toBe("http://127.0.0.1:4566");
  });

  it.each(["http://127.0.0.1:4599", "https://127.1.2.3:443", "http://[::1]:4566"])("may be %s", (url) => {
    expect(endpointOf(url)).toBe(url.replace(":443", ""));
  });

  it("is an address, for clients put bucket names before a host name", () => {
    expect(endpointOf("http://localhost:4566/")).toBe("http://127.0.0.1:4566");
  });

  it.each(["http://10.0.0.7:4566", "http://localhost.example.com", "http://127.0.0.1.example.com"])(
    "is not %s, which is another machine",
    (url) => {
      expect(() => endpointOf(url)).toThrow(ConfigError);
      expect(() => endpointOf(url)).toThrow(/--yes-really/);
      expect(endpointOf(url, true)).toBe(url);
    },
  );

  it.each(["https://s3.eu-central-1.amazonaws.com", "https://sqs.cn-north-1.amazonaws.com.cn"])(
    "is never %s, whatever is asked",
    (url) => {
      expect(() => endpointOf(url, true)).toThrow(/names AWS itself/);
    },
  );

  it.each(["127.0.0.1:4566", "s3://bucket", "nothing"])('is a URL, not "%s"', (url) => {
    expect(() => endpointOf(url)).toThrow(`got "${url}"`);
  });
});
