"""Rows of other coders' event files: how they lie in a record, and the views in which its index shows them.

Each row is a document of its own (its text says what the row says, its title file and line, its address the source's
own) with one statement, whose sentence is that text.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from volteface.record.stories import DAY, SIDES, party
from volteface.terms import DOCUMENTS, STATEMENTS

IMPORTED = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),  # the coder and the file's own id, as in gdelt-410412347
        pa.field("kind", pa.string(), nullable=False),  # event or commitment
        pa.field("file", pa.string(), nullable=False),
        ("line", pa.int64()),  # null where the part holds each of its file's lines, in their order
        ("url", pa.string()),
        ("outlet", pa.string()),
        ("published", pa.date32()),
        ("telling", pa.string()),  # what told it, where that is not the address (with the mode)
        ("told", pa.string()),  # the act in the coder's words, with its code
        ("text", pa.string()),  # the row's own words, where it has some
        ("source_code", pa.string()),
        ("source_sector", pa.string()),
        ("source_text", pa.string()),
        ("source_name", pa.string()),
        ("target_code", pa.string()),
        ("target_sector", pa.string()),
        ("target_text", pa.string()),
        ("target_name", pa.string()),
        ("type", pa.string()),
        ("mode", pa.string()),
        ("contexts", pa.string()),  # parted by |
        ("date", pa.date32()),
        ("date_precision", pa.string()),
        ("score", pa.float32()),
        ("confidence", pa.float32()),
        ("coder", pa.string()),
        ("coder_version", pa.string()),
        ("reason", pa.string()),  # why the row is left out; null where it counts
    ]
)

_ROW = "coalesce(text, id || ', ' || told || ': ' || source_text || ' to ' || target_text)"
_ADDRESS = "file || ', line ' || line"

# What the columns of a document and of a statement are in an imported row; all others are null.
_AS_DOCUMENT = {"text": _ROW, "title": _ADDRESS, "source": "outlet", "language": "null"}
_AS_STATEMENT = {
    "document": "id",
    "sentence": _ROW,
    "sentence_start": "0",
    "sentence_end": f"length({_ROW})::int",
    "contexts": "string_split(nullif(contexts, ''), '|')",
    "factuality": "if(kind = 'event', 'actual', null)",
    "action": "if(kind = 'commitment', told, null)",
    "basis": "if(kind = 'commitment', upper(coder), null)",
    "status": "if(kind = 'commitment', 'standing', null)",
}

# Rows of one telling that tell of the same type of act of the same parties on the same day are one story; no wording
# joins rows of other tellings, for these files hold events and not reports.
_KEYED = f"""
create view imported_reports as
with told as (
    select *, date as told_date, coalesce(date_precision, 'day') as precision,
        {party("source", "target")} as source_key, {party("target", "source")} as target_key
    from imported where kind = 'event' and source_code is not null and target_code is not null
), dated as (
    select * replace ({DAY} as date), {SIDES}
    from told left join types on told.type = types.name where source_key <> target_key
)
select *, hash(
    coder, coalesce(telling, concat_ws(' ', coalesce(url, id), mode)), one, other, type, precision, date
) as story_key
from dated
"""

_SEVERAL = """
create temp table several as select story_key from imported_reports group by story_key having count(*) > 1
"""

_STORIES = """
create table imported_stories as
select id, date as first_date, date as last_date, precision, source_code as source, source_sector, source_name,
    target_code as target, target_sector, target_name, false as mutual, type, mode, score::double as score,
    1::int as reports, 1::int as documents, (outlet is not null)::int as outlets,
    text, told, source_text, target_text, quad
from imported_reports anti join several using (story_key)
union all
select min(id), any_value(date), any_value(date), any_value(precision), first(source_code order by id),
    first(source_sector order by id), first(source_name order by id), first(target_code order by id),
    first(target_sector order by id), first(target_name order by id), count(distinct source_key) > 1, any_value(type),
    any_value(mode), median(score::double), count(*)::int, count(distinct coalesce(url, telling, id))::int,
    count(distinct outlet)::int, first(text order by id), first(told order by id),
    first(source_text order by id), first(target_text order by id), any_value(quad)
from imported_reports semi join several using (story_key)
group by story_key
order by source, target, first_date
"""

_LINKS = """
create table imported_links as
select min(id) over (partition by story_key) as story, id as statement
from imported_reports semi join several using (story_key)
order by story, statement
"""


def rows(paths: Sequence[Path]) -> str:
    """SQL for the rows that count in these parts."""
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return f"""
        select * exclude (file_row_number) replace (coalesce(line, file_row_number + 1) as line)
        from read_parquet([{listed}], file_row_number = true) where reason is null
    """


def show(building: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> None:
    """Makes documents, statements, stories and reports out of what was read and what was imported.

    Imported rows stay in their parts, of which the index holds the paths; their stories are the index's own.
    """
    if not paths:
        for name in ("stories", "reports"):
            building.execute(f"create view {name} as select * from told_{name}")
        for name in ("documents", "statements"):
            building.execute(f"create view {name} as select * from read_{name}")
        return
    building.execute(f"create view imported as {rows(paths)}")
    for name, schema, known in (("documents", DOCUMENTS, _AS_DOCUMENT), ("statements", STATEMENTS, _AS_STATEMENT)):
        made = ", ".join(f"{known.get(column) or _own(column)} as {column}" for column in schema.names)
        building.execute(f"create view {name} as select * from read_{name} union all select {made} from imported")
    for query in (_KEYED, _SEVERAL, _STORIES, _LINKS):
        building.execute(query)
    building.execute(f"""
        create view stories as select * from told_stories union all by name
        select * exclude (text, told, source_text, target_text), id as best, {_ROW} as sentence
        from imported_stories
    """)
    building.execute("""
        create view reports as select * from told_reports union all select story, statement from imported_links
        union all select id, id from imported_stories where reports = 1
    """)
    building.execute("drop view imported_reports")


def _own(column: str) -> str:
    return column if column in IMPORTED.names else "null"
