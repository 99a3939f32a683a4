/** Bars as CSV: the format of files that people have and of responses that several vendors send. */
export { CsvError } from "./csv/error.ts";
export { BarsCsvReader, type ReadError } from "./csv/reader.ts";
export { formatBarsCsv } from "./csv/format.ts";
