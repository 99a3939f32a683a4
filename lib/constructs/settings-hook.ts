import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AssetStaging } from "aws-cdk-lib";
import type { ICommandHooks } from "aws-cdk-lib/aws-lambda-nodejs";
import { settingsFileName } from "../../lambdas/shared/env.ts";

/**
 * Puts a function's settings into its bundle, whose hash they are part of. It writes the file itself instead of answering
 * with a command: text of any size in any shell. The construct asks for the commands of a container too, which is never used.
 */
export function settingsHook(settings: object): ICommandHooks {
  return {
    beforeBundling: () => [],
    beforeInstall: () => [],
    afterBundling(_, outputDirectory) {
      if (outputDirectory !== AssetStaging.BUNDLING_OUTPUT_DIR) {
        writeFileSync(join(outputDirectory, settingsFileName), JSON.stringify(settings));
      }
      return [];
    },
  };
}
