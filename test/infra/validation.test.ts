import { Bucket } from "aws-cdk-lib/aws-s3";
import { describe, expect, it } from "vitest";
import { parseConfigFile, stageConfig } from "../../core/config/index.ts";
import { buildApp } from "../../lib/app.ts";
import { withOutput } from "../helpers/templates.ts";

const nothing = {};
const universe = {
  baseCurrency: { code: "EUR" },
  markets: {
    stock: { symbols: ["AAPL"], providers: ["yahoo"], stream: { everySeconds: 30 } },
    forex: { symbols: ["EURUSD=X"] },
  },
};

function build(stage: string, file: object, outdir: string) {
  const config = stageConfig(stage, parseConfigFile(JSON.stringify(file), "test"));
  return buildApp(config, { bundle: false, outdir });
}

describe("validation of the templates", () => {
  it.each([
    { stage: "dev", title: "without a configuration", file: nothing },
    { stage: "prod", title: "without a configuration", file: nothing },
    { stage: "prod", title: "with a universe", file: universe },
  ])("stage $stage $title breaks no rule of cdk-nag or CloudFormation", ({ stage, file }) => {
    expect(() => withOutput((outdir) => build(stage, file, outdir).synth())).not.toThrow();
  });

  it("refuses a finding that nobody acknowledged", () => {
    withOutput((outdir) => {
      const app = build("dev", nothing, outdir);
      new Bucket(app.node.findChild("marketlake-dev-storage"), "Unprotected");
      expect(() => app.synth()).toThrow("AwsSolutions-S10");
    });
  });
});
