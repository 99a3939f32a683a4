/** The lake's Parquet files: what is in them and why is told in docs/adr/0002-parquet-codec.md. */
export { encodeParquet } from "./parquet/encode.ts";
export { decodeParquet, parquetInfo } from "./parquet/decode.ts";
