"""Parquet: each row a document, read batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from volteface.reading.items import Asked, Item, from_fields, left_out
from volteface.reading.opening import Broken

COLUMNS = ("id", "date", "title", "text", "source", "sources", "url")
_ROWS = 1_024  # in memory at once


def parquet(path: Path, shown: str, asked: Asked) -> Iterator[Item]:
    """The rows of a .parquet file that has some of the columns id, date, title, text, source or sources, url."""
    import pyarrow.parquet as pq

    number = 0
    try:
        with pq.ParquetFile(path) as file:
            columns = [name for name in COLUMNS if name in file.schema_arrow.names]
            if "text" not in columns:
                yield left_out(shown, "no text field")
                return
            for batch in file.iter_batches(_ROWS, columns=columns):
                for row in _plain(batch).to_pylist():
                    number += 1
                    yield from_fields(row, f"{shown}:{number}", asked)
    except (pa.ArrowException, OSError, ValueError, TypeError, MemoryError) as wrong:
        raise Broken(f"cannot be read as Parquet after row {number} ({_brief(wrong)}); write it again") from None


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Times as days: Arrow's own are finer than Python's."""
    for place, field in enumerate(batch.schema):
        if pa.types.is_timestamp(field.type):
            days = batch.column(place).cast(pa.date32(), safe=False)
            batch = batch.set_column(place, field.name, days)
    return batch


def _brief(wrong: Exception) -> str:
    return " ".join(str(wrong).split())[:120].rstrip(" .")
