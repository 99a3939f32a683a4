"""pyarrow, an independent Parquet implementation, finds the declared schema and the written values."""

import datetime
import json
import pathlib
import sys

import pyarrow as pa
import pyarrow.parquet as pq

TYPES = {
    "string": pa.string(),
    "double": pa.float64(),
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("ms", tz="UTC"),
    "date": pa.date32(),
}
EPOCH_DAY = datetime.date(1970, 1, 1)


def plain(column: pa.ChunkedArray, kind: str) -> list:
    if kind == "timestamp":
        return column.cast(pa.int64()).to_pylist()
    if kind == "date":
        return [None if day is None else (day - EPOCH_DAY).days for day in column.to_pylist()]
    return column.to_pylist()


for path in sorted(pathlib.Path(sys.argv[1]).glob("*.parquet")):
    expected = json.loads(path.with_suffix(".json").read_text())
    table = pq.read_table(path, page_checksum_verification=True)
    table.validate(full=True)

    declared = [
        pa.field(column["name"], TYPES[column["type"]], nullable=column["nullable"])
        for column in expected["columns"]
    ]
    assert list(table.schema.remove_metadata()) == declared, f"{path.name}: {table.schema} is not {declared}"

    for column in expected["columns"]:
        name = column["name"]
        found = plain(table[name], column["type"])
        wanted = [row[name] for row in expected["rows"]]
        assert found == wanted, f"{path.name}, column {name}: values differ"

    metadata = pq.read_metadata(path)
    for group in range(metadata.num_row_groups):
        for index, column in enumerate(expected["columns"]):
            chunk = metadata.row_group(group).column(index)
            assert chunk.statistics is not None, f"{path.name}, column {column['name']}: no statistics"
            assert set(chunk.encodings) <= {"PLAIN", "RLE", "RLE_DICTIONARY"}, chunk.encodings
            assert chunk.compression in ("ZSTD", "UNCOMPRESSED"), chunk.compression
