"""Export: a record's statements, reports, dyads or all of it, in the forms that other programs read."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, Literal, get_args
from xml.sax.saxutils import quoteattr

import networkx as nx
import pyarrow as pa
import pyarrow.parquet as pq

import volteface
from volteface import actors, ontology
from volteface.actors.states import states
from volteface.errors import RecordError
from volteface.record.exchange import gdelt, polecat
from volteface.record.store import Record
from volteface.terms import statement_json

Format = Literal[
    "csv", "jsonl", "parquet", "graphml", "gexf", "polecat", "gdelt-mentions", "annotations", "datapackage"
]
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

_MEASURES = ("cooperation", "conflict", "volume", "tone")
_MONTHS = f"""
select source, target, month, last_day(month) as last, {", ".join(_MEASURES)}
from dyad_months order by source, target, month
"""
_GEXF_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" version="1.3">
<graph mode="dynamic" defaultedgetype="directed" timeformat="date" timerepresentation="interval">
<attributes class="edge" mode="dynamic">
{"".join(f'<attribute id="{name}" title="{name}" type="double"/>' for name in _MEASURES)}
</attributes>
<nodes>
"""

_TABLES = {
    "statements": _STATEMENTS,
    "documents": "select * from documents order by id",
    "stories": "select * from stories order by id",
}
_DESCRIBED = (
    "What documents say that states and others did to each other. Each statement names its document and, where it is "
    "an event that happened, its story: the reports of one happening. Scores run from -10 (conflict) to 10 "
    "(cooperation). Text that begins with =, +, - or @ has an apostrophe before it."
)


def export(record: Record, fmt: Format, out: str | Path | IO[bytes]) -> int:
    """Writes a record out and returns how many rows (edges for graphml and gexf) that were.

    csv, jsonl and parquet hold every statement with its sentence, story, document, outlet, address and date; jsonl in
    the form of `volteface code --json`. graphml holds the directed network of dated stories: an edge's cooperation
    and conflict are sums of scores, its volume the number of stories, its tone their mean score; gexf the same month
    by month. polecat holds the actual events in POLECAT's forty columns, gdelt-mentions their reports in GDELT's
    sixteen. annotations are W3C Web Annotations (JSON-LD): each statement with the passage that it rests on.
    datapackage is a zip archive with datapackage.json and the statements, documents and stories as CSV. In CSV, text
    that begins with =, +, - or @ (which a spreadsheet would take for a formula) gets an apostrophe before it. Raises
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
    return _table(record, _STATEMENTS, out)[0]


def _table(record: Record, query: str, out: IO[bytes]) -> tuple[int, pa.Schema]:
    """Writes a query's rows as CSV; how many there were, and their columns."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    table = csv.writer(text, lineterminator="\n")
    batches = record.batches(query)
    first = next(batches)
    table.writerow(first.schema.names)
    rows = 0
    for batch in chain([first], batches):
        table.writerows([_cell(value) for value in row.values()] for row in batch.to_pylist())
        rows += batch.num_rows
    text.detach()
    return rows, first.schema


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


def _gexf(record: Record, out: IO[bytes]) -> int:
    nodes = record.rows("select source as code from dyad_months union select target from dyad_months order by code")
    out.write(_GEXF_HEAD.encode())
    for node in nodes:
        out.write(f"<node id={quoteattr(node['code'])} label={quoteattr(actors.label(node['code']))}/>\n".encode())
    out.write(b"</nodes><edges>\n")
    months = (row for batch in record.batches(_MONTHS) for row in batch.to_pylist())
    edges = 0
    for (source, target), of_edge in groupby(months, key=itemgetter("source", "target")):
        values, spells = [], []
        for month in of_edge:
            span = f'start="{month["month"]}" end="{month["last"]}"'
            spells.append(f"<spell {span}/>")
            values += [f'<attvalue for="{name}" value="{month[name]}" {span}/>' for name in _MEASURES]
        ends = f'id="{edges}" source={quoteattr(source)} target={quoteattr(target)}'
        inside = f"<spells>{''.join(spells)}</spells><attvalues>{''.join(values)}</attvalues>"
        out.write(f"<edge {ends}>{inside}</edge>\n".encode())
        edges += 1
    out.write(b"</edges></graph></gexf>\n")
    return edges


def _polecat(record: Record, out: IO[bytes]) -> int:
    out.write("\t".join(polecat.HEADER).encode() + b"\n")
    rows = 0
    for batch in record.batches(polecat.WRITTEN):
        for row in batch.to_pylist():
            row["Quad Code"] = ontology.types()[row["Event Type"]].quad.upper()
            row["Actor COW"], row["Recipient COW"] = _cow(row["Actor Country"]), _cow(row["Recipient Country"])
            out.write("\t".join(_tabbed(row.get(name)) or "None" for name in polecat.HEADER).encode() + b"\n")
            rows += 1
    return rows


def _cow(code: str | None) -> str | None:
    known = states().get(code or "")
    return known.cow if known else None


def _gdelt_mentions(record: Record, out: IO[bytes]) -> int:
    rows = 0
    for batch in record.batches(gdelt.MENTIONS_WRITTEN):
        for row in batch.to_pylist():
            out.write("\t".join(map(_tabbed, row.values())).encode() + b"\n")
            rows += 1
    return rows


def _tabbed(value: str | None) -> str:
    return " ".join((value or "").split())


def _annotations(record: Record, out: IO[bytes]) -> int:
    out.write(b'{"@context": "http://www.w3.org/ns/anno.jsonld", "type": "AnnotationPage", "items": [')
    rows = 0
    for batch in record.batches(_STATEMENTS):
        for row in batch.to_pylist():
            out.write((b",\n" if rows else b"\n") + json.dumps(_annotation(row), ensure_ascii=False).encode())
            rows += 1
    out.write(b"\n]}\n")
    return rows


def _annotation(row: dict[str, Any]) -> dict[str, Any]:
    """One statement about the passage that says so: its words, and its place in the document's text."""
    said = {"type": "TextQuoteSelector", "exact": row["sentence"]}
    if row["sentence_start"] is not None:
        place = {"type": "TextPositionSelector", "start": row["sentence_start"], "end": row["sentence_end"]}
        said["refinedBy"] = place
    target = {"source": row["url"] or f"urn:volteface:document:{row['document']}", "selector": said}
    value = json.dumps(statement_json(row), ensure_ascii=False)
    coder = {"type": "Software", "name": f"{row['coder']} {row['coder_version']}"}
    return {
        "id": f"urn:volteface:statement:{row['id']}",
        "type": "Annotation",
        "motivation": "classifying",
        "creator": coder,
        "body": {"type": "TextualBody", "format": "application/json", "value": value},
        "target": target,
    }


def _datapackage(record: Record, out: IO[bytes]) -> int:
    rows = 0
    resources = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, query in _TABLES.items():
            with archive.open(_dated(f"{name}.csv"), "w", force_zip64=True) as file:
                written, schema = _table(record, query, file)
            rows += written if name == "statements" else 0
            fields = [{"name": field.name, "type": _field_type(field.type)} for field in schema]
            path = {"name": name, "path": f"{name}.csv", "profile": "tabular-data-resource"}
            resources.append(path | {"encoding": "utf-8", "schema": {"fields": fields, "primaryKey": "id"}})
        made: dict[str, Any] = {"profile": "tabular-data-package", "name": "volteface-record"}
        made |= {"version": volteface.__version__, "description": _DESCRIBED, "resources": resources}
        archive.writestr(_dated("datapackage.json"), json.dumps(made, indent=1, ensure_ascii=False))
    return rows


def _dated(name: str) -> zipfile.ZipInfo:
    """An entry without the hour of writing, so that the same record makes the same archive."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _field_type(kind: pa.DataType) -> str:
    if pa.types.is_floating(kind):
        return "number"
    if pa.types.is_boolean(kind):
        return "boolean"
    return "integer" if pa.types.is_integer(kind) else "date" if pa.types.is_date(kind) else "string"


_WRITERS: dict[Format, Callable[[Record, IO[bytes]], int]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
    "graphml": _graphml,
    "gexf": _gexf,
    "polecat": _polecat,
    "gdelt-mentions": _gdelt_mentions,
    "annotations": _annotations,
    "datapackage": _datapackage,
}
