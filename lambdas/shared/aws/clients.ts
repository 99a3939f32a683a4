/** Limits of SDK clients; all three attempts together stay below the shortest function timeout (60 s). */
export const clientLimits = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 15_000,
    /** Without this the SDK only logs a warning when a request takes too long. */
    throwOnRequestTimeout: true,
  },
} as const;
