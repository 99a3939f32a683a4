/** The queries for analysts in sql/named: one statement per file, under a comment that says what it answers. */
import { readdirSync, readFileSync } from "node:fs";

export interface NamedQuery {
  /** File name without extension. */
  readonly name: string;
  /** The comment at the head of the file, in one line. */
  readonly description: string;
  readonly sql: string;
}

const directory = new URL("../../sql/named/", import.meta.url);

export function readNamedQueries(): NamedQuery[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => {
      const sql = readFileSync(new URL(file, directory), "utf8").trim();
      return { name: file.slice(0, -".sql".length), description: headComment(sql), sql };
    });
}

function headComment(sql: string): string {
  const lines = sql.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("--"));
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^--\s*/, ""))
    .join(" ");
}
