"""DuckDB's Python package finds the declared types, the written values, and filters by statistics without loss."""

import json
import pathlib
import sys

import duckdb

TYPES = {
    "string": "VARCHAR",
    "double": "DOUBLE",
    "bigint": "BIGINT",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
    "date": "DATE",
}


def plain(column: dict) -> str:
    name = f'"{column["name"]}"'
    if column["type"] == "timestamp":
        return f"epoch_ms({name})"
    return f"{name} - date '1970-01-01'" if column["type"] == "date" else name


for path in sorted(pathlib.Path(sys.argv[1]).glob("*.parquet")):
    expected = json.loads(path.with_suffix(".json").read_text())
    columns = expected["columns"]
    described = duckdb.sql(f"describe select * from '{path}'").fetchall()
    declared = [(column["name"], TYPES[column["type"]]) for column in columns]
    assert [row[:2] for row in described] == declared, f"{path.name}: {described} is not {declared}"

    found = duckdb.sql(f"select {', '.join(map(plain, columns))} from '{path}'").fetchall()
    wanted = [tuple(row[column["name"]] for column in columns) for row in expected["rows"]]
    assert found == wanted, f"{path.name}: values differ"

    for column in columns:
        name = column["name"]
        value = next(row[name] for row in expected["rows"] if row[name] is not None)
        count = sum(row[name] == value for row in expected["rows"])
        query = f"select count(*) from '{path}' where {plain(column)} = $value"
        assert duckdb.execute(query, {"value": value}).fetchall() == [(count,)], f"{path.name}: filter on {name}"
