"""Export: every statement with its sentence and source as CSV, JSON lines or Parquet, the dyads as GraphML."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import IO, Literal, get_args

import networkx as nx
import pyarrow.parquet as pq

from volteface import actors
from volteface.errors import RecordError
from volteface.record.store import Record
from volteface.terms import statement_json

Format = Literal["csv", "jsonl", "parquet", "graphml"]
FORMATS: tuple[Format, ...] = get_args(Format)

# One row a statement. Text that a kind does not have stays empty.
_STATEMENTS = """
select s.*, r.story, d.title, d.source as outlet, d.url, d.published
from statements s
left join reports r on r.statement = s.id
left join documents d on d.id = s.document
order by s.date, s.document, s.sentence_start, s.id
"""

_EDGES = """
select source, target,
    round(sum(greatest(score, 0)), 3) as cooperation,
    round(sum(greatest(-score, 0)), 3) as conflict,
    count(*)::integer as volume,
    round(avg(score), 3) as tone,
    min(first_date)::varchar as first_date,
    max(last_date)::varchar as last_date
from stories
where source <> target and precision in ('day', 'month')
group by source, target
order by source, target
"""


def export(record: Record, fmt: Format, out: str | Path | IO[bytes]) -> int:
    """Writes a record out and returns how many rows (edges for graphml) that were.

    csv, jsonl and parquet hold every statement with its sentence, story, document, outlet, address and date; jsonl in
    the form of `volteface code --json`. graphml holds the directed network of dated stories: an edge's cooperation
    and conflict are sums of scores, its volume the number of stories, its tone their mean score. In csv, text that
    begins with =, +, - or @ (which a spreadsheet would take for a formula) gets an apostrophe before it. Raises
    RecordError where the file cannot be written.
    """
    if not isinstance(out, str | Path):
        return _WRITERS[fmt](record, out)
    try:
        with Path(out).open("wb") as file:
            return _WRITERS[fmt](record, file)
    except OSError as e:
        raise RecordError(f"cannot write {out}: {e.strerror}; name a file that you may write") from e


def _csv(record: Record, out: IO[bytes]) -> int:
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    table = csv.writer(text, lineterminator="\n")
    rows = 0
    for batch in record.batches(_STATEMENTS):
        if not rows:
            table.writerow(batch.schema.names)
        table.writerows([_cell(value) for value in row.values()] for row in batch.to_pylist())
        rows += batch.num_rows
    text.detach()
    return rows


def _cell(value: object) -> object:
    if isinstance(value, list):
        value = "|".join(value)
    if isinstance(value, str) and value.lstrip()[:1] in tuple("=+-@"):
        return f"'{value}"
    return round(value, 3) if isinstance(value, float) else value


def _jsonl(record: Record, out: IO[bytes]) -> int:
    rows = 0
    for batch in record.batches(_STATEMENTS):
        for row in batch.to_pylist():
            made = statement_json(row)
            made |= {name: row[name] for name in ("story", "title", "outlet", "url")}
            made["published"] = row["published"].isoformat() if row["published"] else None
            out.write(json.dumps(made, ensure_ascii=False).encode() + b"\n")
            rows += 1
    return rows


def _parquet(record: Record, out: IO[bytes]) -> int:
    batches = record.batches(_STATEMENTS)
    first = next(batches)
    rows = 0
    with pq.ParquetWriter(out, first.schema, compression="zstd") as writer:
        for batch in chain([first], batches):
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def _graphml(record: Record, out: IO[bytes]) -> int:
    network: nx.DiGraph[str] = nx.DiGraph()
    for edge in record.rows(_EDGES):
        source, target = edge.pop("source"), edge.pop("target")
        for code in (source, target):
            network.add_node(code, label=actors.label(code))
        network.add_edge(source, target, **edge)
    nx.write_graphml(network, out)
    return network.number_of_edges()


_WRITERS: dict[Format, Callable[[Record, IO[bytes]], int]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
    "graphml": _graphml,
}
