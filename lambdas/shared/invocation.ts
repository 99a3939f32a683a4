/** What handlers use of Lambda's context, so that any runtime can call them. */
export interface Invocation {
  readonly functionName: string;
  readonly awsRequestId: string;
  /** Time left until the function is stopped; a timer is set by it, so it must be finite. */
  getRemainingTimeInMillis(): number;
}

/** Kept for the last writes and logs of an invocation that runs into its timeout. */
export const deadlineReserveMs = 5_000;
