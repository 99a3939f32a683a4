import type { ProviderIo } from "../../core/providers/provider.ts";

/** For providers that ask nobody: whoever does fails. */
export const noIo: ProviderIo = {
  http: { get: () => Promise.reject(new Error("this test has no network")) },
  secrets: { get: () => Promise.reject(new Error("this test has no secrets")) },
};
