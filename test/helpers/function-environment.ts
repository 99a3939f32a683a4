/** A complete environment of any function, silent as in embedded use. */
export function functionEnvironment(): Record<string, string> {
  return {
    STAGE: "test",
    LOG_LEVEL: "SILENT",
    METRICS: "",
    RAW_BUCKET: "raw",
    CURATED_BUCKET: "curated",
    EXTRACT_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/000000000000/extract",
    TRANSFORM_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/000000000000/transform",
    INDICATORS_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/000000000000/indicators",
    DEAD_LETTER_QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/000000000000/transform-dlq",
    MAX_RECEIVE_COUNT: "3",
  };
}
