"""The record itself: a folder that one writer appends to and any number of readers query at the same time."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import duckdb
import pyarrow as pa

from volteface.errors import RecordError
from volteface.record import index, lock, manifest
from volteface.record.manifest import Manifest, Part, PartKind
from volteface.terms import DOCUMENTS, STATEMENTS

SCRATCH = "import-"  # folders beside the manifest in which an import works; a killed one leaves its own behind


@dataclass(frozen=True, slots=True)
class Skip:
    """An input that was not recorded: its place (a path, or a path and a line) and the reason."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a record holds. `statements` counts by kind, `events` by factuality, `skipped` by reason."""

    documents: int
    statements: Mapping[str, int]
    events: Mapping[str, int]
    stories: int
    reports: int
    skipped: Mapping[str, int]
    first: dt.date | None  # the publication dates' range
    last: dt.date | None


class Record:
    """A record's folder, as it was published when it was opened; `refresh` moves on to what is published now.

    `Record.open` reads and takes no lock. `Record.create` also appends, and holds the record's only writing lock until
    it is closed. Both work as context managers. Queries may come from several threads.
    """

    def __init__(self, folder: Path, published: Manifest, held: IO[str] | None = None) -> None:
        self.folder = folder
        self.manifest = published
        self._held = held
        self._known: set[str] | None = None
        self._places: set[str] | None = None
        self._index: duckdb.DuckDBPyConnection | None = None
        self._building = threading.Lock()

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """The record at this path, to read. Raises RecordError where there is none or it cannot be read."""
        folder = Path(path)
        return cls(folder, manifest.load(folder))

    @classmethod
    def create(cls, path: str | Path) -> Self:
        """The record at this path, made if there is none, to append to.

        Raises RecordError where the folder cannot be written, holds something else, or has another writer.
        """
        folder = Path(path)
        try:
            if folder.exists() and not (folder / manifest.NAME).exists():
                _refuse_foreign(folder)
            (folder / manifest.PARTS).mkdir(parents=True, exist_ok=True)
            held = lock.acquire(folder)
        except OSError as e:
            raise _unwritable(folder, e) from e
        try:
            if not (folder / manifest.NAME).exists():
                manifest.publish(folder, Manifest())
            published = manifest.load(folder)
            _sweep(folder, published)
        except OSError as e:
            held.close()
            raise _unwritable(folder, e) from e
        except RecordError:
            held.close()
            raise
        return cls(folder, published, held)

    @property
    def writable(self) -> bool:
        """Whether this one may append."""
        return self._held is not None

    def close(self) -> None:
        """Lets go of the index and of the writing lock."""
        if self._index is not None:
            self._index.close()
            self._index = None
        if self._held is not None:
            self._held.close()
            self._held = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def refresh(self) -> None:
        """Moves on to what is published now."""
        self._publish(manifest.load(self.folder))

    def known(self) -> Collection[str]:
        """The ids of the documents that the record holds."""
        return self._known_ids()

    def append(self, documents: pa.Table, statements: pa.Table, skipped: Iterable[Skip] = ()) -> int:
        """Publishes documents with their statements and what was skipped, all or nothing; returns how many are new.

        Documents whose id is already known, and their statements, are left out; a place counts as skipped once.
        Raises RecordError where the record was opened to read or the disk refuses, ValueError for a statement
        whose document is neither in the batch nor in the record.
        """
        if self._held is None:
            raise RecordError(f"record {self.folder} was opened to read: open it with Record.create to append")
        known, places = self._known_ids(), self._skipped_places()
        batch = {name: at for at, name in reversed(list(enumerate(documents["id"].to_pylist())))}
        fresh = {name: at for name, at in batch.items() if name not in known}
        strangers = [
            name for name in set(statements["document"].to_pylist()) if name not in batch and name not in known
        ]
        if strangers:
            raise ValueError(f"statements about documents that were not given: {', '.join(sorted(strangers)[:3])}")
        left_out = {skip.where: skip.reason for skip in skipped if skip.where not in places}

        new_documents = documents.take(pa.array(sorted(fresh.values()), pa.int64())).cast(DOCUMENTS)
        import pyarrow.compute as pc

        new_statements = _once(statements.filter(pc.is_in(statements["document"], pa.array(list(fresh), pa.string()))))
        rows = [{"place": where, "reason": reason} for where, reason in left_out.items()]
        tables: list[tuple[PartKind, pa.Table]] = [
            ("documents", new_documents),
            ("statements", new_statements.cast(STATEMENTS)),
            ("skipped", pa.Table.from_pylist(rows, schema=manifest.SKIPPED)),
        ]
        try:
            parts = [self._write(kind, table) for kind, table in tables if table.num_rows]
            if parts:
                grown = _grown(self.manifest, parts, new_statements, left_out.values())
                manifest.publish(self.folder, grown)
                self._publish(grown)
        except OSError as e:
            raise _unwritable(self.folder, e) from e
        known.update(fresh)
        places.update(left_out)
        return len(fresh)

    def add_imported(self, made: Path, rows: int, coder: str) -> None:
        """Publishes a Parquet file with so many imported rows that count; it moves into the record, on the same disk.

        Raises RecordError where the record was opened to read or the disk refuses.
        """
        if self._held is None:
            raise RecordError(f"record {self.folder} was opened to read: open it with Record.create to append")
        try:
            size, digest = made.stat().st_size, manifest.file_hash(made)
            part = Part(f"imported-{digest[:16]}.parquet", "imported", rows, size, digest)
            manifest.settle(made, self.folder / manifest.PARTS / part.name)
            coders = tuple(sorted({*self.manifest.coders, coder}))
            grown = replace(self.manifest, parts=(*self.manifest.parts, part), coders=coders)
            manifest.publish(self.folder, grown)
            self._publish(grown)
        except OSError as e:
            raise _unwritable(self.folder, e) from e

    def imported_parts(self) -> tuple[Path, ...]:
        """The Parquet files of imported rows."""
        return tuple(self.folder / manifest.PARTS / part.name for part in self.manifest.of("imported"))

    def sql(self, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> pa.Table:
        """What a query answers on documents, statements, stories, reports, dyad_months and skipped.

        Values go in as parameters (`?`, or `$name` with a mapping). The first query after an append builds the index.
        """
        with self._cursor() as cursor:
            return cursor.sql(query, params=_given(params)).to_arrow_table()

    def batches(self, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[pa.RecordBatch]:
        """The same piece by piece, for answers that are large; an empty answer is one empty piece."""
        with self._cursor() as cursor:
            reader = cursor.sql(query, params=_given(params)).to_arrow_reader(10_000)
            yield next(reader, None) or pa.RecordBatch.from_pylist([], schema=reader.schema)
            yield from reader

    def rows(self, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[dict[str, Any]]:
        """The same as plain rows."""
        made: list[dict[str, Any]] = self.sql(query, params).to_pylist()
        return made

    def counts(self) -> Counts:
        """How much the record holds."""
        by_kind = self.rows("select kind, count(*) as n from statements group by kind order by kind")
        by_fact = self.rows(
            "select factuality, count(*) as n from statements where kind = 'event' group by all order by factuality"
        )
        [one] = self.rows(
            "select (select count(*) from stories) as stories, (select count(*) from reports) as reports, "
            "min(published) as first, max(published) as last from documents"
        )
        return Counts(
            documents=self.manifest.rows("documents") + self.manifest.rows("imported"),
            statements={row["kind"]: row["n"] for row in by_kind},
            events={row["factuality"]: row["n"] for row in by_fact},
            skipped=dict(self.manifest.skipped),
            **one,
        )

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        with self._building:
            if self._index is None:
                self._index = index.connect(self.folder, self.manifest)
            return self._index.cursor()

    def _publish(self, published: Manifest) -> None:
        if published != self.manifest and self._index is not None:
            self._index.close()
            self._index = None
        self.manifest = published

    def _known_ids(self) -> set[str]:
        if self._known is None:
            self._known = set(_column(self.folder, self.manifest.of("documents"), "id"))
        return self._known

    def _skipped_places(self) -> set[str]:
        if self._places is None:
            self._places = set(_column(self.folder, self.manifest.of("skipped"), "place"))
        return self._places

    def _write(self, kind: PartKind, table: pa.Table) -> Part:
        import pyarrow.parquet as pq  # slow to import, and readers of the index need none of it

        buffer = pa.BufferOutputStream()
        pq.write_table(table, buffer, compression="zstd")
        content = buffer.getvalue().to_pybytes()
        digest = manifest.content_hash(content)
        name = f"{kind}-{digest[:16]}.parquet"
        manifest.write(self.folder / manifest.PARTS / name, content)
        return Part(name, kind, table.num_rows, len(content), digest)


def _given(params: Sequence[Any] | Mapping[str, Any]) -> list[Any] | dict[str, Any] | None:
    return (dict(params) if isinstance(params, Mapping) else list(params)) or None


def _grown(before: Manifest, parts: Iterable[Part], statements: pa.Table, reasons: Iterable[str]) -> Manifest:
    coders = {
        f"{row['coder']} {row['coder_version']}"
        for row in statements.group_by(["coder", "coder_version"]).aggregate([]).to_pylist()
        if row["coder"]
    }
    skipped = dict(before.skipped)
    for reason in reasons:
        skipped[reason] = skipped.get(reason, 0) + 1
    return replace(
        before,
        parts=(*before.parts, *parts),
        coders=tuple(sorted({*before.coders, *coders})),
        skipped=dict(sorted(skipped.items())),
    )


def _once(statements: pa.Table) -> pa.Table:
    first: dict[str, int] = {}
    for at, name in enumerate(statements["id"].to_pylist()):
        first.setdefault(name, at)
    return statements if len(first) == statements.num_rows else statements.take(pa.array(first.values(), pa.int64()))


def _column(folder: Path, parts: Iterable[Part], name: str) -> Iterable[str]:
    import pyarrow.parquet as pq

    for part in parts:
        path = folder / manifest.PARTS / part.name
        try:
            yield from pq.read_table(path, columns=[name], partitioning=None)[name].to_pylist()
        except (OSError, pa.ArrowException) as e:
            manifest.checked(folder, part)
            raise RecordError(f"cannot read {path}: {e}; check that you may read it") from e


def _refuse_foreign(folder: Path) -> None:
    own = (lock.NAME, manifest.PARTS, f"{manifest.NAME}.tmp")  # what a run that was killed at once leaves behind
    if any(entry.name not in own for entry in folder.iterdir()):
        raise RecordError(
            f"{folder} holds files but is no record (it has no {manifest.NAME}): name a new or an empty folder"
        )


def _sweep(folder: Path, published: Manifest) -> None:
    """Removes what a killed run wrote but never published."""
    kept = {part.name for part in published.parts}
    for path in (folder / manifest.PARTS).iterdir():
        if path.name not in kept:
            path.unlink()
    for path in folder.glob(f"{SCRATCH}*"):
        shutil.rmtree(path, ignore_errors=True)


def _unwritable(folder: Path, error: OSError) -> RecordError:
    return RecordError(f"cannot write record {folder}: {error.strerror}; name a folder that you may write to")
