"""Import: other coders' event files into a record, whole or not at all, each row left out counted with its reason."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from volteface.errors import InputError, RecordError
from volteface.record import imported
from volteface.record.exchange import acled, atop, gdelt, icews, polecat, ucdp
from volteface.record.exchange.staging import SETTINGS, Source, Staging, first_lines, literal, stage
from volteface.record.store import SCRATCH, Record

SOURCES: Mapping[str, Source] = {
    one.name: one
    for one in (polecat.POLECAT, gdelt.EVENTS, gdelt.MENTIONS, icews.ICEWS, acled.ACLED, ucdp.GED, atop.ATOP)
}
CODED = "coded.parquet"
_PARQUET = "format parquet, compression zstd, row_group_size 30720"  # small groups: a row is looked up by its id
_LARGEST_RATIO, _FREE = 200, 64 << 20  # event files pack to a tenth; far more than that is a decompression bomb
_BUCKET = 64  # lines
_FIRST = 5  # lines named for each reason

_UNREAD = {
    "MISSING COLUMNS": "fewer columns than the format has (cut off?)",
    "TOO MANY COLUMNS": "more columns than the format has",
    "INVALID ENCODING": "not UTF-8",
    "INVALID UNICODE": "not UTF-8",
    "UNQUOTED VALUE": "broken quotes",
    "MAXIMUM LINE SIZE": "line too long",
}


@dataclass(frozen=True, slots=True)
class Dropped:
    """How many rows were left out for one reason, and the first of their lines."""

    count: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: rows read, rows that are new in the record, rows that it held already, and those left out."""

    file: str
    format: str
    read: int
    kept: int
    known: int
    dropped: Mapping[str, Dropped]

    def json(self) -> dict[str, Any]:
        """As the command line prints it."""
        dropped = {why: {"count": one.count, "lines": list(one.lines)} for why, one in self.dropped.items()}
        made: dict[str, Any] = {"file": self.file, "format": self.format, "read": self.read, "kept": self.kept}
        return made | {"known": self.known, "dropped": dropped}


def guess_format(path: str | Path) -> str | None:
    """The name of the format that a file's first lines show, if any. InputError where it cannot be read."""
    head = first_lines(Path(path))
    return next((name for name, source in SOURCES.items() if source.known_by(head)), None)


def import_file(
    record: Record, path: str | Path, format: str | None = None, progress: Callable[[str], None] | None = None
) -> ImportReport:
    """Adds the rows of an event file to a record that was opened with Record.create; None guesses the format.

    Files may be packed (.gz, or .zip with one file). A row that the record holds is not added again. `progress` hears
    in a word what is being done. Raises InputError where the file cannot be read or is of another format (the message
    names it), RecordError where the record cannot be written; then nothing was added.
    """
    if not record.writable:
        raise RecordError(f"record {record.folder} was opened to read: open it with Record.create to import into it")
    told = progress or (lambda _: None)
    given = Path(path)
    with _scratch(record) as folder:
        file = _unpacked(given, folder)
        source = _source(given, format, first_lines(file))
        told("reading")
        with duckdb.connect(str(folder / "staging.duckdb"), config=SETTINGS) as database:
            try:
                return _imported(record, database, file, given.name, source, folder, told)
            except (duckdb.IOException, duckdb.InvalidInputException) as e:
                line = " ".join(str(e).split())
                raise InputError(f"cannot read {given} as {source.label}: {line[:300]}") from e
            except OSError as e:
                raise RecordError(f"cannot write record {record.folder}: {e.strerror}; free some space") from e


def _source(path: Path, asked: str | None, head: list[str]) -> Source:
    if asked is not None and asked not in SOURCES:
        raise InputError(f"{asked!r} is no format; choose {', '.join(SOURCES)}")
    if not any(line.strip() for line in head):
        raise InputError(f"{path} is empty: name a file with rows")
    if asked is not None and SOURCES[asked].known_by(head):
        return SOURCES[asked]
    found = next((one for one in SOURCES.values() if one.known_by(head)), None)
    if asked is None and found is not None:
        return found
    if found is not None:
        wrong = f"{path} is no file of {SOURCES[asked or ''].label}"
        raise InputError(f"{wrong}: it looks like {found.label}, so give --format {found.name}")
    what = f"no file of {SOURCES[asked].label}" if asked else "of no format that can be imported"
    shape = f"its first row has {head[0].count(chr(9)) + 1} columns by tabs and {head[0].count(',') + 1} by commas"
    raise InputError(f"{path} is {what} ({shape}): the formats are {', '.join(SOURCES)}")


def _imported(
    record: Record,
    database: duckdb.DuckDBPyConnection,
    file: Path,
    name: str,
    source: Source,
    folder: Path,
    told: Callable[[str], None],
) -> ImportReport:
    _imported_before(database, record, source)
    staging = stage(database, file)
    coded = _coded(staging, name, source, folder)
    if source.spare_encoding and database.sql("from reject_errors where error_type like 'INVALID%' limit 1").fetchall():
        database.execute("drop table reject_errors; drop table reject_scans")
        coded = _coded(stage(database, file, source.spare_encoding), name, source, folder)
    told("checking")
    _held(database, record, coded)
    _shifts(database, coded, source)
    dropped = _dropped(database, coded)
    if repeats := _repeats(database, coded):
        dropped["id of a row before"] = repeats
    [(rows, good)] = database.sql(f"select count(*), count(*) filter (reason is null) from {coded}").fetchall()
    [(rejected,)] = database.sql("select count(*) from unread").fetchall()
    [(known,)] = database.sql(f"select count(*) from {coded} semi join held using (id) where reason is null").fetchall()
    [(moved,)] = database.sql("select count(*) from shifts").fetchall()
    kept = good - known - (repeats.count if repeats else 0)
    if kept:
        told("writing")
        whole = kept == good and 2 * kept > rows and not moved and not source.wraps
        made = folder / CODED if whole else _rewritten(database, coded, folder)
        record.add_imported(made, kept, f"{source.coder} {source.version}")
    return ImportReport(name, source.name, rows + rejected, kept, known, dropped)


def _imported_before(database: duckdb.DuckDBPyConnection, record: Record, source: Source) -> None:
    """What the record holds of this coder, as `imported`."""
    database.register("nothing", imported.IMPORTED.empty_table())
    parts = record.imported_parts()
    before = f"from ({imported.rows(parts)}) where coder = {literal(source.coder)}" if parts else "from nothing"
    database.execute(f"create view imported as {before}")


def _held(database: duckdb.DuckDBPyConnection, record: Record, coded: str) -> None:
    """The ids of this file that the record holds already, as `held`."""
    ids = f"select id from imported semi join (select id from {coded} where reason is null) using (id)"
    database.execute(f"create table held as {ids if record.imported_parts() else 'select id from nothing'}")


def _coded(staging: Staging, name: str, source: Source, folder: Path) -> str:
    """Every row of the file as it will lie in the record, with its reason if it is left out; how SQL names the rows."""
    path = literal(str(folder / CODED))
    staging.database.execute(f"create or replace view raw as {source.rows(staging)}")
    made = {"file": literal(name), "kind": literal(source.kind)}
    made |= {"coder": literal(source.coder), "coder_version": literal(source.version)}
    columns = ", ".join(f"{made.get(one, one)} as {one}" for one in imported.IMPORTED.names)
    columns += ", breaks" if source.wraps else ""
    staging.database.execute(f"copy (select {columns} from ({source.coded})) to {path} ({_PARQUET})")
    return f"""(
        select * exclude (file_row_number) replace (coalesce(line, file_row_number + 1) as line)
        from read_parquet({path}, file_row_number = true)
    )"""


def _shifts(database: duckdb.DuckDBPyConnection, coded: str, source: Source) -> None:
    """After which rows the others lie a line further down, for lines that could not be read and for line breaks in
    rows: as `shifts`, bucket by bucket of lines. The unread lines themselves as `unread`."""
    breaks = f"select line as place, breaks as more from {coded} where breaks > 0"
    database.execute(f"""
        create table rejected as select line, why, line - row_number() over (order by line) as place
        from (
            select line, min(error_type) as why from reject_errors group by line
            union all select line, null from empty_lines
        );
        create table wrapped as {breaks if source.wraps else "select place, 1 as more from rejected where false"};
        create table unread as
        select why, (r.line + coalesce(w.more, 0))::bigint as line from rejected r
        asof left join (select place, sum(more) over (order by place) as more from wrapped) w on r.place >= w.place
        where why is not null;
        create table shifts as
        with places as (
                select place from rejected union all select unnest(list_resize([place], more, place)) from wrapped
            ),
            filled as (select place // {_BUCKET} as bucket, list(place) as places from places group by all),
            buckets as (
                select unnest(range((select max(line) // {_BUCKET} + 1 from {coded}))) as bucket
                where exists(from places)
            )
        select bucket, coalesce(places, []) as places, coalesce(sum(len(places)) over before, 0) as base
        from buckets left join filled using (bucket)
        window before as (order by bucket rows between unbounded preceding and 1 preceding);
    """)


def _placed(rows: str) -> str:
    """The rows with the lines where they really lie."""
    shift = "coalesce(base + len(list_filter(places, lambda place: place < line)), 0)::bigint"
    moved = f"r.* replace (line + {shift} as line)"
    return f"(select {moved} from {rows} r left join shifts on line // {_BUCKET} = bucket)"


def _dropped(database: duckdb.DuckDBPyConnection, coded: str) -> dict[str, Dropped]:
    unread = database.sql(f"select why, count(*), min(line, {_FIRST}) from unread group by why").fetchall()
    found = [(_UNREAD.get(why, why.lower()), n, lines) for why, n, lines in unread]
    first = f"""
        select reason, n, unnest(lines) as line from (
            select reason, count(*) as n, min(line, {_FIRST}) as lines
            from {coded} where reason is not null group by reason
        )
    """
    left_out = f"select reason, n, list(line order by line) from {_placed(f'({first})')} group by reason, n"
    dropped: dict[str, Dropped] = {}
    for why, n, lines in [*found, *database.sql(left_out).fetchall()]:
        before = dropped.get(why, Dropped(0, ()))
        dropped[why] = Dropped(before.count + n, tuple(sorted((*before.lines, *lines))[:_FIRST]))
    return dict(sorted(dropped.items()))


def _repeats(database: duckdb.DuckDBPyConnection, coded: str) -> Dropped | None:
    """The rows whose id a row before has, as the table `repeats`. Most files have none, so hashes find who may."""
    database.execute(f"""
        create table repeats as
        select id, line from {coded} anti join held using (id)
        where reason is null and hash(id) in (
            select hash(id) from {coded} where reason is null group by all having count(*) > 1
        )
        qualify row_number() over (partition by id order by line) > 1
    """)
    placed = _placed("repeats")
    [(count, lines)] = database.sql(f"select count(*), min(line, {_FIRST}) from {placed}").fetchall()
    return Dropped(count, tuple(lines)) if count else None


def _rewritten(database: duckdb.DuckDBPyConnection, coded: str, folder: Path) -> Path:
    """The rows to keep and no others, each with the line where it really lies."""
    path = folder / "kept.parquet"
    fresh = f"(from {coded} anti join held using (id) where reason is null)"
    database.execute(f"""
        copy (
            select {", ".join(imported.IMPORTED.names)}
            from {_placed(fresh)} c
            anti join ({_placed("repeats")}) r using (id, line)
        ) to {literal(str(path))} ({_PARQUET})
    """)
    return path


@contextmanager
def _scratch(record: Record) -> Iterator[Path]:
    """A folder on the record's own disk, so that what is written in it can be put in place by a rename."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=record.folder))
    except OSError as e:
        raise RecordError(f"cannot write record {record.folder}: {e.strerror}; check its rights and space") from e
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpacked(path: Path, folder: Path) -> Path:
    """The path itself, or the one file that lies in a zip archive, taken out of it."""
    if path.suffix != ".zip":
        return path
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [one for one in archive.infolist() if not one.is_dir()]
            if len(inside) != 1:
                raise InputError(f"{path} holds {len(inside)} files: unpack it and import them one by one")
            if inside[0].file_size > _LARGEST_RATIO * inside[0].compress_size + _FREE:
                raise InputError(
                    f"{path} unpacks to {inside[0].file_size:,} bytes: unpack it yourself if that is right"
                )
            with archive.open(inside[0]) as packed, (folder / "unpacked").open("wb") as out:
                shutil.copyfileobj(packed, out, 1 << 20)
    except (OSError, zipfile.BadZipFile, EOFError) as e:
        raise InputError(f"cannot read {path}: {e}; check that it is a whole zip archive") from e
    return folder / "unpacked"
