"""Makes the golden vectors in cases/: python make_golden.py, with TA-Lib and numpy installed.

`talib` holds what TA-Lib's C library gives, `exact` what rational arithmetic gives; `reference.py` says which is which.
"""

import csv
import json
import pathlib
import random

import numpy as np
import talib

from reference import EXACT, exact_row, null, talib_columns

HERE = pathlib.Path(__file__).parent
PACKAGES = HERE.parents[2] / "node_modules"


def walk(seed, start, step, count, digits):
    """A random walk with relative steps and a range around each close."""
    chance = random.Random(seed)
    close, bars = start, []
    for _ in range(count):
        close *= 1 + step * (sum(chance.random() for _ in range(12)) - 6)
        high = close * (1 + step * chance.random())
        low = close * (1 - step * chance.random())
        bars.append([float(f"{value:.{digits}g}") for value in (max(high, close), min(low, close), close)])
    return bars


def around(seed, offset, noise, count):
    """Noise of fixed size around a level; crosses zero where the level is 0."""
    chance = random.Random(seed)
    closes = [offset + noise * (sum(chance.random() for _ in range(12)) - 6) for _ in range(count)]
    return [[close + noise * 0.5, close - noise * 0.25, close] for close in closes]


def package_series(path, columns):
    with open(PACKAGES / path, newline="") as file:
        return [[float(row[name]) for name in columns] for row in csv.DictReader(file)]


def constant(close, count):
    return [[close, close, close]] * count


SHIPPED = {
    "aapl": ("@observablehq/sample-datasets/aapl.csv", ("High", "Low", "Close")),
    "sp500": ("vega-datasets/data/sp500-2000.csv", ("high", "low", "close")),
}
MADE = {
    "walk-1e-8": walk(1, 1e-8, 0.02, 320, 12),
    "walk-1e-3": walk(2, 1e-3, 0.05, 320, 6),
    "walk-100-cents": walk(3, 100, 0.01, 320, 5),
    "walk-1e5": walk(4, 1e5, 0.001, 320, 9),
    "walk-1e7": walk(5, 1e7, 0.03, 320, 12),
    "noise-on-1e7": around(6, 1e7, 0.01, 320),
    "noise-on-1e-8": around(7, 1e-8, 1e-13, 320),
    "around-zero": around(8, 0, 3, 320),
    "negative": around(9, -37.63, 2, 320),
    "trend": [[10 + i + 0.5, 10 + i - 0.5, 10.0 + i] for i in range(320)],
    "flat": constant(0.1, 260),
    "jump": walk(10, 1e-3, 0.01, 110, 8) + walk(11, 1e7, 1e-9, 110, 17) + walk(12, 1e-3, 0.01, 110, 8),
    "flat-after-jump": constant(5.0, 45) + constant(6.0, 60),
    "one-bar": constant(42.0, 1),
    "warm-up-33": walk(13, 50, 0.02, 33, 6),
    "warm-up-34": walk(13, 50, 0.02, 34, 6),
}


def rows_of(count):
    """Every row around the warm-ups, then a sample, then the end."""
    early = {*range(0, 36), 48, 49, 50, 51, 198, 199, 200, 201}
    return sorted(row for row in {*early, *range(40, count, max(7, count // 50)), count - 2, count - 1} if 0 <= row < count)


def make(name, bars, series):
    high, low, close = (np.array(column) for column in zip(*bars))
    rows = rows_of(len(bars))
    exact = [exact_row(close.tolist(), row) for row in rows]
    library = {column: [null(values[row]) for row in rows] for column, values in talib_columns(high, low, close).items()}
    reference = {column: [row.get(column) for row in exact] for column in EXACT}
    case = {
        "made_by": f"make_golden.py, TA-Lib {talib.__version__} ({talib.__ta_version__.decode()})",
        "series": series,
        "rows": rows,
        "talib": library,
        "exact": reference,
    }
    lines = json.dumps(case, separators=(",", ":")).replace('],"', '],\n"').replace('},"', '},\n"')
    (HERE / "cases" / f"{name}.json").write_text(lines + "\n")


for name, (path, columns) in SHIPPED.items():
    bars = package_series(path, columns)
    make(name, bars, {"package_file": path, "columns": columns})
for name, bars in MADE.items():
    high, low, close = zip(*bars)
    make(name, bars, {"high": high, "low": low, "close": close})
