"""The index: a DuckDB file built from a record's parts, thrown away and built anew whenever the parts have moved on."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import duckdb
import pyarrow as pa

import volteface
from volteface import ontology
from volteface.errors import RecordError
from volteface.record import imported, manifest, stories
from volteface.record.manifest import Manifest, PartKind
from volteface.terms import DOCUMENTS, STATEMENTS, identity

_VERSION = 3  # raise it when what the index holds changes
_ABANDONED = 3600.0  # seconds after which a half-built index belongs to nobody
_OPENING = threading.Lock()
_MEMORY = "1500MB"  # for building: what needs more goes to the disk

_STORIES = """
create table told_stories as
select s.* replace (s.score::double as score), t.quad
from linked_stories s left join types t on s.type = t.name
order by s.source, s.target, s.first_date, s.id
"""

_DYAD_MONTHS = """
create table dyad_months as
select source, target, date_trunc('month', first_date)::date as month,
    count(*)::integer as volume,
    sum(reports)::integer as reports,
    round(sum(greatest(score, 0)), 3) as cooperation,
    round(sum(greatest(-score, 0)), 3) as conflict,
    (count(*) filter (quad = 'verbal cooperation'))::integer as verbal_cooperation,
    (count(*) filter (quad = 'material cooperation'))::integer as material_cooperation,
    (count(*) filter (quad = 'verbal conflict'))::integer as verbal_conflict,
    (count(*) filter (quad = 'material conflict'))::integer as material_conflict,
    round(avg(score), 3) as tone
from stories
where source <> target and precision in ('day', 'month')
group by all
order by all
"""


def connect(folder: Path, published: Manifest) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the index of what is published, built first if it is not there.

    In a folder that cannot be written the index lives only as long as the connection.
    The file's name tells what it indexes, so a reader of an older state keeps its own file while a newer one is built.
    RecordError where a part is damaged or missing.
    """
    large = [str((folder / manifest.PARTS / part.name).resolve()) for part in published.of("imported")]
    name = f"index-{identity(_VERSION, volteface.__version__, published.digest, *large)}.duckdb"
    path = folder / name
    for _ in range(3):  # another reader, of a newer state, may take the file away in between
        if not path.exists():
            path = _built(folder, published, name)
        try:
            opened = _opened(path, large)
            if path.parent != folder:
                shutil.rmtree(path.parent, ignore_errors=True)
            return opened
        except duckdb.Error as e:
            if path.exists():
                raise RecordError(f"{path} is damaged: delete it, and it is built anew ({_line(e)})") from e
    raise RecordError(f"the index {path} does not stay in place: check what else works on {folder}")


def _opened(path: Path, readable: Sequence[str]) -> duckdb.DuckDBPyConnection:
    """A connection whose queries can neither write nor read anything but the index and the parts that it refers to."""
    with _OPENING:  # connections to one file share their settings, and settings that are locked stay
        opened = duckdb.connect(str(path), read_only=True)
        if not opened.sql("select current_setting('lock_configuration')").fetchall()[0][0]:
            opened.execute("set allowed_paths = $paths", {"paths": list(readable)})
            opened.execute("set enable_external_access = false")
            opened.execute("set lock_configuration = true")
        return opened


def _built(folder: Path, published: Manifest, name: str) -> Path:
    home = folder if os.access(folder, os.W_OK) else Path(tempfile.mkdtemp(prefix="volteface-"))
    path = home / name
    temporary = home / f"{name}.{secrets.token_hex(4)}.tmp"
    try:
        with duckdb.connect(str(temporary), config={"memory_limit": _MEMORY}) as building:
            _fill(building, folder, published)
        temporary.replace(path)
    except (duckdb.Error, OSError) as e:
        raise RecordError(f"cannot build the index {path}: {_line(e)}; check the disk's space and rights") from e
    finally:
        temporary.unlink(missing_ok=True)
    _sweep(home, name)
    return path


def _fill(building: duckdb.DuckDBPyConnection, folder: Path, published: Manifest) -> None:
    schemas: dict[PartKind, pa.Schema] = {"documents": DOCUMENTS, "statements": STATEMENTS, "skipped": manifest.SKIPPED}
    for kind, schema in schemas.items():
        building.register("empty", schema.empty_table())
        table = kind if kind == "skipped" else f"read_{kind}"
        building.execute(f"create table {table} as select * from empty")
        building.unregister("empty")
        paths = [str(manifest.checked(folder, part)) for part in published.of(kind)]
        if paths:
            building.execute(f"insert into {table} by name select * from read_parquet(?)", [paths])
    types = [{"name": t.name, "quad": t.quad, "both_ways": t.symmetric} for t in ontology.types().values()]
    building.register("types", pa.Table.from_pylist(types))
    found = stories.link(_reports(building))
    building.register("linked_stories", found.stories)
    building.register("linked_reports", found.reports)
    building.execute(_STORIES)
    building.execute("create table told_reports as select * from linked_reports order by story, statement")
    imported.show(building, [manifest.checked(folder, part).resolve() for part in published.of("imported")])
    building.execute(_DYAD_MONTHS)


def _reports(building: duckdb.DuckDBPyConnection) -> Iterator[dict[str, object]]:
    reader = building.sql(stories.REPORTS).to_arrow_reader(10_000)
    for batch in reader:
        yield from batch.to_pylist()


def _sweep(home: Path, current: str) -> None:
    for path in home.glob("index-*.duckdb*"):
        abandoned = path.suffix == ".tmp" and time.time() - path.stat().st_mtime > _ABANDONED
        if abandoned or (path.suffix == ".duckdb" and path.name != current):
            with suppress(OSError):  # in use by a reader, on systems that mind
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
