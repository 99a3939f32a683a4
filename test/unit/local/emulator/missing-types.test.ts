import { CloudFormationClient, ValidateTemplateCommand } from "@aws-sdk/client-cloudformation";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildApp } from "../../../../lib/app.ts";
import { stageConfig } from "../../../../core/config/index.ts";
import { removeMissingTypes, requireEmulator } from "../../../../local/emulator/missing-types.ts";
import { temporaryDirectory } from "../../../helpers/temporary-directory.ts";

const cloudFormation = mockClient(CloudFormationClient);
const client = new CloudFormationClient({
  endpoint: "http://127.0.0.1:1",
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});
let output: Awaited<ReturnType<typeof temporaryDirectory>>;
const buildDev = () => buildApp(stageConfig("dev"), { bundle: false, validate: false, outdir: output.path });

beforeAll(async () => {
  output = await temporaryDirectory();
});
afterAll(() => output.remove());

beforeEach(() => cloudFormation.reset());

describe("types that an emulator lacks", () => {
  it("are taken out of the templates, and told with their properties", async () => {
    cloudFormation
      .on(ValidateTemplateCommand)
      .rejects(
        new Error(
          "Template format error: Unrecognized resource types: [AWS::Athena::NamedQuery, AWS::Glue::Table]",
        ),
      );
    const subject = buildDev();
    const removed = await removeMissingTypes(subject, client);
    expect(new Set(removed.map(({ type }) => type))).toEqual(
      new Set(["AWS::Athena::NamedQuery", "AWS::Glue::Table"]),
    );
    expect(removed.find(({ type }) => type === "AWS::Athena::NamedQuery")!.properties).toMatchObject({
      Database: "marketlake_dev",
      WorkGroup: { Ref: "Workgroup" },
    });
    const templates = subject.synth().stacks.map(({ template }) => JSON.stringify(template));
    expect(templates.join()).not.toMatch(/AWS::(Athena::NamedQuery|Glue::Table)/);
  });

  it("are none where the emulator takes them all", async () => {
    cloudFormation.on(ValidateTemplateCommand).resolves({});
    expect(await removeMissingTypes(buildDev(), client)).toEqual([]);
  });

  it("are not guessed where nothing answers", async () => {
    cloudFormation.on(ValidateTemplateCommand).rejects(new Error("connect ECONNREFUSED"));
    await expect(requireEmulator(client)).rejects.toThrow(
      /no emulator of CloudFormation answers at port 1 of 127\.0\.0\.1; start one/,
    );
  });
});
