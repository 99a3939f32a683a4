/** The part of parquetjs-lite, which ships no types, that the benchmark uses. */
declare module "parquetjs-lite" {
  interface ParquetWriter {
    appendRow(row: Record<string, unknown>): Promise<void>;
    close(): Promise<void>;
  }
  interface ParquetSchema {
    readonly fields: object;
  }
  const parquetjs: {
    readonly ParquetSchema: new (
      fields: Record<string, { readonly type: string; readonly optional: boolean }>,
    ) => ParquetSchema;
    readonly ParquetWriter: {
      openStream(schema: ParquetSchema, stream: NodeJS.WritableStream): Promise<ParquetWriter>;
    };
  };
  export default parquetjs;
}
