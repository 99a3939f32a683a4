import { Bucket } from "aws-cdk-lib/aws-s3";
import { describe, expect, it } from "vitest";
import { buildApp } from "../../lib/app.ts";
import { stageConfig } from "../../core/config/index.ts";
import { withOutput } from "../helpers/templates.ts";

const build = (stage: string, outdir: string) => buildApp(stageConfig(stage), { bundle: false, outdir });

describe("validation of the templates", () => {
  it.each(["dev", "prod"])("stage %s breaks no rule of cdk-nag or CloudFormation", (stage) => {
    expect(() => withOutput((outdir) => build(stage, outdir).synth())).not.toThrow();
  });

  it("refuses a finding that nobody acknowledged", () => {
    withOutput((outdir) => {
      const app = build("dev", outdir);
      new Bucket(app.node.findChild("marketlake-dev-storage"), "Unprotected");
      expect(() => app.synth()).toThrow("AwsSolutions-S10");
    });
  });
});
