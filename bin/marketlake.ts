/** Entry of the CDK's command line: `cdk synth --context stage=prod`. */
import { App } from "aws-cdk-lib";
import { buildApp } from "../lib/app.ts";
import { stageConfig } from "../lib/stages.ts";

const stage = String(new App({ autoSynth: false }).node.tryGetContext("stage") ?? "dev");
buildApp(stageConfig(stage)).synth();
