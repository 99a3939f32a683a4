"""Times TA-Lib's C library beside the benchmark: gets series once, runs one set of calls per line of input.

Arguments: number of series, bars per series. Input: the closes of all series, then highs, then lows, as
little-endian doubles; then lines `12` (8 calls, 12 columns) or `16` (12 calls, 16 columns). Output: a line per run.
"""

import sys

import numpy as np
import talib

count, length = int(sys.argv[1]), int(sys.argv[2])
closes, highs, lows = (
    np.frombuffer(sys.stdin.buffer.read(count * length * 8), dtype="<f8").reshape(count, length).copy() for _ in range(3)
)


def twelve_columns(close):
    talib.SMA(close, 20)
    talib.SMA(close, 50)
    talib.SMA(close, 200)
    talib.EMA(close, 12)
    talib.EMA(close, 26)
    talib.MACD(close, 12, 26, 9)
    talib.RSI(close, 14)
    talib.BBANDS(close, 20, 2, 2, 0)


def sixteen_columns(close, high, low):
    twelve_columns(close)
    talib.ATR(high, low, close, 14)
    talib.MOM(close, 1)
    talib.STDDEV(talib.ROCP(close, 1)[1:], 20)


print(talib.__version__, flush=True)
for line in sys.stdin.buffer:
    for close, high, low in zip(closes, highs, lows):
        if line.strip() == b"12":
            twelve_columns(close)
        else:
            sixteen_columns(close, high, low)
    print("done", flush=True)
