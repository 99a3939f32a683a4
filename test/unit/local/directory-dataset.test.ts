import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TerminalError } from "../../../core/errors.ts";
import { DirectoryDataset } from "../../../local/files/directory-dataset.ts";
import { temporaryDirectory } from "../../helpers/temporary-directory.ts";

async function contentOf(dataset: DirectoryDataset, path: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of dataset.open(path)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe("DirectoryDataset", () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let dataset: DirectoryDataset;
  const longText = "A,2024-01-02,1,1,1,1,1\n".repeat(100_000);

  beforeEach(async () => {
    directory = await temporaryDirectory();
    dataset = new DirectoryDataset(directory.path);
    await mkdir(join(directory.path, "daily"));
    await writeFile(join(directory.path, "daily", "stock.csv.gz"), gzipSync(longText));
    await writeFile(join(directory.path, "daily", "cut.csv.gz"), gzipSync(longText).subarray(0, 1_000));
    await writeFile(join(directory.path, "README.md"), "plain");
  });
  afterEach(() => directory.remove());

  it("lists files of all folders in order, with slashes", async () => {
    expect(await dataset.list()).toEqual(["README.md", "daily/cut.csv.gz", "daily/stock.csv.gz"]);
  });

  it("unpacks what ends in .gz and gives everything else as it is", async () => {
    expect(await contentOf(dataset, "daily/stock.csv.gz")).toBe(longText);
    expect(await contentOf(dataset, "README.md")).toBe("plain");
  });

  it.each(["daily/cut.csv.gz", "daily/absent.csv", "daily/absent.csv.gz"])(
    "names %s, which cannot be read",
    async (path) => {
      const content = contentOf(dataset, path);
      await expect(content).rejects.toThrow(TerminalError);
      await expect(content).rejects.toThrow(path);
    },
  );

  it("names a directory that cannot be listed", async () => {
    await expect(new DirectoryDataset(join(directory.path, "nowhere")).list()).rejects.toThrow("nowhere");
  });
});
