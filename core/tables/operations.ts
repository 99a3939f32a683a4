import { datePartition } from "./partitions.ts";
import { defineTable, optional, required } from "./table.ts";

export const eltJobLog = defineTable({
  name: "elt_job_log",
  zone: "curated",
  prefix: "curated/elt_job_log/",
  doc: "One row per stage, run and shard: what was done, how much of it, how it ended. A skipped tick is a row too.",
  partitions: [datePartition],
  columns: [
    required("run_id", "string", "Run to which the job belongs."),
    required("stage", "string", "`load`, `extract`, `transform`, `indicators` or `rebuild`."),
    required("asset_class", "string", "Asset class worked on."),
    required("interval", "string", "Length of the bars worked on."),
    optional("shard", "bigint", "Shard worked on; null where the job spans all."),
    required(
      "status",
      "string",
      "`succeeded`, `partial` (some symbols stayed without answer, and are asked for again), `failed` or `skipped`.",
    ),
    optional(
      "detail",
      "string",
      "Why it failed or was skipped; otherwise what triggered it, and what to know of how it went.",
    ),
    required("scheduled_at", "timestamp", "Scheduled time of the run, UTC."),
    required("started_at", "timestamp", "When the job started, UTC."),
    required("duration_ms", "double", "How long it took.", "milliseconds"),
    required("rows_in", "bigint", "Rows read by the job."),
    required("rows_out", "bigint", "Rows written by the job."),
    required("rows_rejected", "bigint", "Rows put into quarantine."),
    required("bytes_in", "bigint", "Bytes read from the store or the provider.", "bytes"),
    required("bytes_out", "bigint", "Bytes written to the store.", "bytes"),
  ],
  key: ["run_id", "stage", "asset_class", "interval", "shard"],
});
