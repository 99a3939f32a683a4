/** The independent streams of random numbers that a symbol or a market draws from. */
export const streams = {
  level: 101,
  returns: 102,
  overnight: 103,
  high: 104,
  low: 105,
  volume: 106,
  split: 107,
  intraday: 108,
  errors: 109,
} as const;
