/**
 * How functions are bundled, in esbuild's own terms: the CDK construct, the bundle test and the bundle benchmark use
 * the same options. The choice of format was measured (docs/adr/0004-bundles.md).
 */
import { fileURLToPath } from "node:url";

export const bundling = {
  platform: "node",
  target: "node24",
  format: "esm",
  /** The SDK is bundled: its version is ours, and importing it walks no file system. */
  bundleAwsSdk: true,
  /**
   * Sources of credentials that no function uses: Lambda and emulators give them in the environment, which the SDK asks
   * first. They are imported lazily, so that leaving them out costs nothing and saves a hundred kilobytes.
   */
  externalModules: [
    "@aws-sdk/credential-provider-http",
    "@aws-sdk/credential-provider-ini",
    "@aws-sdk/credential-provider-process",
    "@aws-sdk/credential-provider-sso",
    "@aws-sdk/credential-provider-web-identity",
    "@smithy/credential-provider-imds",
  ],
  /** Modules that ours replace. */
  alias: {
    "@smithy/core/event-streams": fileURLToPath(
      new URL("../../lambdas/shared/aws/no-event-streams.ts", import.meta.url),
    ),
  },
  /** The SDK's `module` builds can be tree-shaken, its `main` builds cannot. */
  mainFields: ["module", "main"],
  /** Renames classes too; `core/errors.ts` spells out the names of errors for that reason. */
  minify: true,
  sourceMap: true,
  /** Stack traces need positions; the sources themselves are in the repository. */
  sourcesContent: false,
} as const;
