"""Indicators from outside: TA-Lib's C library, and exact arithmetic where TA-Lib's sliding sums lose digits.

Changes, means, Bollinger bands and volatility are exact: rational numbers with square roots of 50 digits.
"""

import decimal
from fractions import Fraction

import numpy as np
import talib

decimal.getcontext().prec = 50


def talib_columns(high, low, close):
    macd = talib.MACD(close, 12, 26, 9)
    return {
        "sma_20": talib.SMA(close, 20),
        "sma_50": talib.SMA(close, 50),
        "sma_200": talib.SMA(close, 200),
        "ema_12": talib.EMA(close, 12),
        "ema_26": talib.EMA(close, 26),
        "macd_line": macd[0],
        "macd_signal": macd[1],
        "macd_histogram": macd[2],
        "rsi_14": talib.RSI(close, 14),
        "atr_14": talib.ATR(high, low, close, 14),
    }


def root(fraction):
    value = decimal.Decimal(fraction.numerator) / decimal.Decimal(fraction.denominator)
    return Fraction(value.sqrt())


def deviation(values, degrees_of_freedom):
    mean = sum(values) / len(values)
    return mean, root(sum((value - mean) ** 2 for value in values) / degrees_of_freedom)


def exact_row(close, row):
    """The columns of one row from the exact values of the doubles."""
    result = {}
    for length in (20, 50, 200):
        if row + 1 >= length:
            result[f"sma_{length}"] = sum(Fraction(value) for value in close[row + 1 - length : row + 1]) / length
    exact = [Fraction(value) for value in close[max(0, row - 20) : row + 1]]
    now = exact[-1]
    if len(exact) > 1:
        result["price_change"] = now - exact[-2]
        if exact[-2] > 0:
            result["price_change_pct"] = 100 * (now - exact[-2]) / exact[-2]
    if len(exact) >= 20:
        mean, sigma = deviation(exact[-20:], 20)
        result["sigma"] = sigma
        result["bb_upper"], result["bb_middle"], result["bb_lower"] = mean + 2 * sigma, mean, mean - 2 * sigma
        if sigma != 0:
            result["bb_position"] = (now - mean + 2 * sigma) / (4 * sigma)
        if mean != 0:
            result["bb_width"] = 4 * sigma / mean
    if len(exact) == 21 and all(value > 0 for value in exact[:-1]):
        returns = [exact[i] / exact[i - 1] - 1 for i in range(1, 21)]
        result["volatility_20"] = deviation(returns, 19)[1]
    return {name: float(value) for name, value in result.items()}


EXACT = (
    *("price_change", "price_change_pct", "sma_20", "sma_50", "sma_200", "bb_upper", "bb_middle", "bb_lower"),
    *("bb_position", "bb_width", "sigma", "volatility_20"),
)


def null(value):
    return None if np.isnan(value) else float(value)
