"""Compares indicators with TA-Lib and with exact arithmetic: reads one JSON series per line, answers one JSON per line.

In: name, high, low, close, and columns (lists with null where a value is missing). Out: name and problems.
"""

import json
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "golden" / "indicators"))
from reference import EXACT, exact_row, null, talib_columns

RELATIVE = 1e-9
SIGMA = 1e-10
ROUNDING = 1e-14
EXACT_ROWS = 200


def disagree(found, wanted, floor, relative=RELATIVE):
    if found is None or wanted is None:
        return found is not wanted
    return abs(found - wanted) > relative * abs(wanted) + floor


def compare_with_talib(series, columns):
    high, low, close = (np.array(series[name]) for name in ("high", "low", "close"))
    scale = np.maximum.accumulate(np.maximum(abs(high), abs(low)))
    for column, wanted in talib_columns(high, low, close).items():
        floor = np.zeros(len(close)) if column == "rsi_14" else ROUNDING * scale
        for row, found in enumerate(columns[column]):
            if disagree(found, null(wanted[row]), floor[row]):
                yield f"{column}, row {row}: {found} is not TA-Lib's {wanted[row]}"
                break


def compare_with_exact(close, columns):
    for row in range(0, len(close), max(1, len(close) // EXACT_ROWS)):
        wanted = exact_row(close, row)
        largest = max(map(abs, close[max(0, row - 199) : row + 1]))
        for column in EXACT:
            if column == "sigma":
                width, middle = columns["bb_width"][row], columns["bb_middle"][row]
                if width is not None and disagree(width * middle / 4, wanted["sigma"], 0, SIGMA):
                    yield f"sigma, row {row}: {width * middle / 4} is not {wanted['sigma']}"
                continue
            price = column.startswith(("sma", "bb_upper", "bb_middle", "bb_lower"))
            floor = 1e-15 * largest if price else 1e-11 if column == "bb_position" else 0
            if disagree(columns[column][row], wanted.get(column), floor):
                yield f"{column}, row {row}: {columns[column][row]} is not {wanted.get(column)}"


for line in sys.stdin:
    series = json.loads(line)
    columns = series["columns"]
    problems = [*compare_with_talib(series, columns), *compare_with_exact(series["close"], columns)]
    print(json.dumps({"name": series["name"], "problems": problems[:5]}), flush=True)
