"""From sources into a record: reading, then coding in a pool of processes, then appending batch by batch.

What was appended is published, so a run that is stopped or killed goes on where it was when the same command is given.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from volteface import reading
from volteface.errors import VoltefaceError
from volteface.reading import Damaged, Skipped
from volteface.record import Counts, Record, Skip
from volteface.terms import STATEMENTS, Document, documents_table

Code = Callable[[pa.Table], pa.Table]

BATCH = 500  # documents coded and published together, or fewer when their text is long:
BATCH_CHARACTERS = 250_000
READ_AHEAD_CHARACTERS = 64_000_000  # of text that waits to be coded, which bounds the memory
PLACES = 3  # named for each reason to skip


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, in documents. `total` is known once everything has been read."""

    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Skips:
    """How many inputs were skipped for one reason, and the first places."""

    count: int
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one run did, and what the record holds after it."""

    read: int  # documents found in the inputs
    new: int
    known: int  # documents that the record already held, or that came twice
    skipped: Mapping[str, Skips]  # by reason
    damaged: tuple[Damaged, ...]  # inputs that broke off; what came before is recorded
    interrupted: bool
    seconds: float
    record: Counts


@dataclass(slots=True)
class _Tally:
    read: int = 0
    new: int = 0
    known: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    places: dict[str, list[str]] = field(default_factory=dict)
    damaged: list[Damaged] = field(default_factory=list)

    def skip(self, skipped: Skip) -> None:
        self.skipped[skipped.reason] += 1
        places = self.places.setdefault(skipped.reason, [])
        if len(places) < PLACES:
            places.append(skipped.where)


@dataclass(frozen=True, slots=True)
class _Batch:
    documents: pa.Table
    characters: int
    skipped: tuple[Skip, ...]


@dataclass(frozen=True, slots=True)
class _Coded:
    statements: pa.Table
    failed: Mapping[str, str]  # the reason by document id


def ingest(
    paths: Iterable[str],
    record_path: str | Path,
    *,
    workers: int | None = None,
    date: dt.date | None = None,
    source: str | None = None,
    encoding: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    code: Code | None = None,
) -> IngestReport:
    """Reads, codes and records; the same inputs twice change nothing.

    `date`, `source` and `encoding` stand in where an input tells none. `workers` defaults to the number of cores; an
    input that fits in one batch is coded in this process. `code` replaces the coder (a function that a fresh process
    can import). A document that the coder fails on is skipped. Ctrl-C ends the run early with `interrupted` set.
    Raises InputError for a path that does not exist, RecordError where the record cannot be written, VoltefaceError
    where a coding process dies; what was published by then stays.
    """
    started = time.monotonic()
    tally, interrupted = _Tally(), False
    found = reading.read(paths, date=date, source=source, encoding=encoding)
    opening = next(found, None)  # a path that does not exist leaves no empty record behind
    with Record.create(record_path) as record:
        batches = _batches(chain(() if opening is None else (opening,), found), record.known(), tally)
        try:
            _run(batches, record, tally, code, workers or os.cpu_count() or 1, progress or (lambda _: None))
        except KeyboardInterrupt:
            interrupted = True
            record.refresh()
        counts = record.counts()
    skipped = {reason: Skips(n, tuple(tally.places[reason])) for reason, n in tally.skipped.most_common()}
    seconds = time.monotonic() - started
    return IngestReport(tally.read, tally.new, tally.known, skipped, tuple(tally.damaged), interrupted, seconds, counts)


def _batches(found: Iterable[Document | Skipped | Damaged], known: Iterable[str], tally: _Tally) -> Iterator[_Batch]:
    """Documents that are not known yet, in batches, each with what was skipped since the one before."""
    seen = set(known)
    documents: list[Document] = []
    skipped: list[Skip] = []
    characters = 0
    for item in found:
        match item:
            case Skipped(where, reason):
                skipped.append(Skip(where, reason))
                tally.skip(skipped[-1])
            case Damaged():
                tally.damaged.append(item)
            case Document():
                tally.read += 1
                if item.id in seen:
                    tally.known += 1
                    continue
                seen.add(item.id)
                documents.append(item)
                characters += len(item.text)
        if len(documents) >= BATCH or characters >= BATCH_CHARACTERS or len(skipped) >= BATCH:
            yield _Batch(documents_table(documents), characters, tuple(skipped))
            documents, skipped, characters = [], [], 0
    if documents or skipped:
        yield _Batch(documents_table(documents), characters, tuple(skipped))


def _run(
    batches: Iterator[_Batch],
    record: Record,
    tally: _Tally,
    code: Code | None,
    workers: int,
    progress: Callable[[Progress], None],
) -> None:
    done = 0
    read_all = False

    def keep(batch: _Batch, coded: _Coded) -> None:
        nonlocal done
        failed = [Skip(f"document {name}", reason) for name, reason in coded.failed.items()]
        for skip in failed:
            tally.skip(skip)
        good = batch.documents
        if failed:
            good = good.filter(pc.invert(pc.is_in(good["id"], pa.array(list(coded.failed)))))
        tally.new += record.append(good, coded.statements, (*batch.skipped, *failed))
        done += batch.documents.num_rows
        progress(Progress(tally.known + done, tally.read if read_all else None))

    first, second = next(batches, None), next(batches, None)
    if first is None or second is None:
        read_all = True
        if first is not None:
            if first.documents.num_rows:
                _warm(code)
            keep(first, code_safely(first.documents, code))
        progress(Progress(tally.known + done, tally.read))
        return
    batches = chain((first, second), batches)
    in_flight: dict[Future[_Coded], _Batch] = {}
    with _pool(workers, code) as pool:
        while in_flight or not read_all:
            if not read_all and sum(batch.characters for batch in in_flight.values()) < READ_AHEAD_CHARACTERS:
                if (batch := next(batches, None)) is None:
                    read_all = True
                    progress(Progress(tally.known + done, tally.read))
                else:
                    in_flight[pool.submit(code_safely, batch.documents, code)] = batch
                finished = {future for future in in_flight if future.done()}
            else:
                finished = wait(in_flight, return_when=FIRST_COMPLETED).done
            for future in finished:
                keep(in_flight.pop(future), future.result())


def code_safely(documents: pa.Table, code: Code | None = None) -> _Coded:
    """What the coder says of these documents; where it fails, the ones that it fails on are told apart by halving."""
    if not documents.num_rows:
        return _Coded(STATEMENTS.empty_table(), {})
    coder = code or _coder()
    try:
        return _Coded(coder(documents), {})
    except Exception as e:
        if documents.num_rows == 1:
            reason = f"the coder failed ({type(e).__name__})"
            return _Coded(STATEMENTS.empty_table(), {documents["id"][0].as_py(): reason})
        middle = documents.num_rows // 2
        halves = [code_safely(half, code) for half in (documents.slice(0, middle), documents.slice(middle))]
        return _Coded(pa.concat_tables(half.statements for half in halves), {**halves[0].failed, **halves[1].failed})


@contextmanager
def _pool(workers: int, code: Code | None) -> Iterator[ProcessPoolExecutor]:
    """A pool that is gone at once when the run breaks off, and whose processes end with this one."""
    before = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_prepare, initargs=(code,))
    try:
        yield pool
    except BaseException as e:
        for child in set(multiprocessing.active_children()) - before:
            child.terminate()
        if isinstance(e, BrokenProcessPool):
            remedy = "what was recorded stays; give the same command again, with fewer --workers if memory ran out"
            raise VoltefaceError(f"a coding process died: {remedy}") from e
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _prepare(code: Code | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and ends its children
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _warm(code)


def _warm(code: Code | None) -> None:
    """Loads the coder's own data, so that an installation that lacks some is told as such and not as bad documents."""
    if code is None:
        from volteface import coding

        coding.warm()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _coder() -> Code:
    from volteface import coding  # the parser takes a second to import, and this process may never code

    return coding.code_batch
