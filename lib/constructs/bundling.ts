/**
 * How functions are bundled, in esbuild's own terms: the CDK construct, the bundle test and the bundle benchmark use
 * the same options. The choice of format was measured (docs/adr/0004-bundles.md).
 */
export const bundling = {
  platform: "node",
  target: "node24",
  format: "esm",
  /** Bundled, so that the version is ours and the import needs no file system walk; nothing is left external. */
  bundleAwsSdk: true,
  /** The SDK's `module` builds can be tree-shaken, its `main` builds cannot. */
  mainFields: ["module", "main"],
  minify: true,
  /** Errors are told apart by class name in dead-letter attributes, logs and state machines. */
  keepNames: true,
  sourceMap: true,
  /** Stack traces need positions; the sources themselves are in the repository. */
  sourcesContent: false,
} as const;
