"""From sources into a record: counted, resumable, the same twice, and never stopped by a bad item."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volteface import ingest as ingesting
from volteface.errors import InputError, RecordError, VoltefaceError
from volteface.ingest import IngestReport, Progress, ingest
from volteface.record import Record
from volteface.terms import Actor, Event, Span, row, statements_table

STATES = {"Turkey": "TUR", "Russia": "RUS", "Ukraine": "UKR", "Georgia": "GEO"}


def item(number: int) -> dict[str, Any]:
    source, target = (list(STATES)[(number + step) % 4] for step in (0, 1 + number % 3))
    text = f"{source} warned {target} over the grain shipment number {number} that was held in the port for a week."
    day = dt.date(2019, 1, 1) + dt.timedelta(days=number % 300)
    return {"id": f"d{number}", "date": day.isoformat(), "text": text, "sources": ["A Daily"]}


def code(documents: pa.Table) -> pa.Table:
    """A coder for tests: the first word warns the third."""
    rows = []
    for one in documents.to_pylist():
        words = one["text"].split()
        if words[2] not in STATES:
            raise ValueError(one["text"])
        sentence, trigger = Span(0, len(one["text"]), one["text"]), Span(len(words[0]) + 1, len(words[0]) + 7, "warned")
        source, target = (Actor(STATES[word], None, word) for word in (words[0], words[2]))
        event = Event(
            one["id"], sentence, trigger, source, target, "THREATEN", "actual", date=one["published"], score=-4
        )
        rows.append(row(event, "test", "1"))
    return statements_table(rows)


def code_slowly(documents: pa.Table) -> pa.Table:
    time.sleep(0.1)
    return code(documents)


def code_and_die(documents: pa.Table) -> pa.Table:
    os._exit(9)


def corpus(path: Path, numbers: Iterable[int]) -> str:
    path.write_text("".join(json.dumps(item(number)) + "\n" for number in numbers))
    return str(path)


def contents(path: Path) -> dict[str, list[dict[str, Any]]]:
    tables = ("documents", "statements", "stories", "reports", "dyad_months", "skipped")
    with Record.open(path) as record:
        return {table: record.rows(f"select * from {table} order by all") for table in tables}


def test_documents_are_read_coded_and_counted(tmp_path: Path) -> None:
    report = ingest([corpus(tmp_path / "a.jsonl", range(20))], tmp_path / "R", code=code)
    assert (report.read, report.new, report.known) == (20, 20, 0)
    assert (report.skipped, report.damaged, report.interrupted) == ({}, (), False)
    assert report.record.documents == 20
    assert report.record.statements == {"event": 20}
    assert report.record.events == {"actual": 20}
    assert report.record.stories == 20
    assert report.seconds > 0


def test_the_same_inputs_twice_change_nothing(tmp_path: Path) -> None:
    path = corpus(tmp_path / "a.jsonl", range(20))
    with (tmp_path / "a.jsonl").open("a") as out:
        out.write(json.dumps(item(50) | {"text": ""}) + "\n")
    first = ingest([path], tmp_path / "R", code=code)
    before = contents(tmp_path / "R")
    again = ingest([path], tmp_path / "R", code=code_and_die)
    assert (again.read, again.new, again.known) == (20, 0, 20)
    assert again.record == first.record
    assert sum(first.record.skipped.values()) == 1
    assert contents(tmp_path / "R") == before


@settings(max_examples=8, deadline=None)
@given(order=st.permutations(range(12)), cut=st.integers(1, 11))
def test_the_order_and_the_runs_in_which_documents_come_do_not_matter(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], cut: int
) -> None:
    home = tmp_path_factory.mktemp("order")
    ingest([corpus(home / "all.jsonl", range(12))], home / "A", code=code)
    for name, numbers in (("first", order[:cut]), ("second", order[max(0, cut - 2) :])):
        ingest([corpus(home / f"{name}.jsonl", numbers)], home / "B", code=code)
    assert contents(home / "A") == contents(home / "B")


def test_a_pool_gives_what_one_process_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = corpus(tmp_path / "a.jsonl", range(60))
    ingest([path], tmp_path / "A", code=code)
    monkeypatch.setattr(ingesting, "BATCH", 7)
    seen: list[Progress] = []
    report = ingest([path], tmp_path / "B", code=code, workers=2, progress=seen.append)
    assert report.new == 60
    assert contents(tmp_path / "A") == contents(tmp_path / "B")
    assert seen[-1] == Progress(60, 60)
    assert [one.done for one in seen] == sorted(one.done for one in seen)


def test_a_document_on_which_the_coder_fails_is_skipped_and_counted(tmp_path: Path) -> None:
    path = corpus(tmp_path / "a.jsonl", range(9))
    with (tmp_path / "a.jsonl").open("a") as out:
        out.write(
            json.dumps(item(9) | {"text": "It was said in the port that grain prices had risen for a week."}) + "\n"
        )
    report = ingest([path], tmp_path / "R", code=code)
    assert report.new == report.record.documents == 9
    [(reason, skips)] = report.skipped.items()
    assert reason == "the coder failed (ValueError)"
    assert (skips.count, skips.places) == (1, ("document d9",))
    again = ingest([path], tmp_path / "R", code=code)
    assert again.record.skipped == {reason: 1}


def test_a_damaged_input_is_told_and_costs_nothing_that_could_be_read(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl.gz"
    whole = gzip.compress("".join(json.dumps(item(number)) + "\n" for number in range(100, 400)).encode())
    broken.write_bytes(whole[: len(whole) // 2])
    malformed = tmp_path / "malformed.jsonl"
    corpus(malformed, range(6))
    malformed.write_text(malformed.read_text() + "{no json\n")
    good = corpus(tmp_path / "good.jsonl", range(10, 15))
    report = ingest([str(broken), str(malformed), good], tmp_path / "R", code=code)
    assert {Path(damaged.where.split(":")[0]).name for damaged in report.damaged} == {broken.name, malformed.name}
    with Record.open(tmp_path / "R") as record:
        assert {f"d{number}" for number in (*range(6), *range(10, 15))} <= set(record.known())
    assert all("\n" not in f"{damaged.where} {damaged.message}" for damaged in report.damaged)


def test_a_path_that_does_not_exist_leaves_no_record_behind(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        ingest([str(tmp_path / "nowhere.jsonl")], tmp_path / "R", code=code)
    assert not (tmp_path / "R").exists()


def test_a_record_that_cannot_be_written_is_refused_in_one_line(tmp_path: Path) -> None:
    path = corpus(tmp_path / "a.jsonl", range(3))
    with pytest.raises(RecordError, match="cannot write record") as refused:
        ingest([path], tmp_path / "a.jsonl" / "R", code=code)
    assert "\n" not in str(refused.value)


def test_a_coding_process_that_dies_is_told_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingesting, "BATCH", 3)
    with pytest.raises(VoltefaceError, match="a coding process died"):
        ingest([corpus(tmp_path / "a.jsonl", range(9))], tmp_path / "R", code=code_and_die, workers=2)
    with Record.create(tmp_path / "R") as record:
        assert record.counts().documents == 0


PROGRAM = textwrap.dedent("""
    import sys
    from volteface import ingest
    from test_ingest import code_slowly

    if __name__ == "__main__":
        ingest.BATCH = 5
        report = ingest.ingest([sys.argv[1]], sys.argv[2], workers=2, code=code_slowly)
        print(report.interrupted, report.record.documents)
""")


def started(tmp_path: Path, path: str) -> subprocess.Popen[str]:
    (tmp_path / "run.py").write_text(PROGRAM)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), os.getenv("PYTHONPATH", "")])
    }
    command = [sys.executable, str(tmp_path / "run.py"), path, str(tmp_path / "R")]
    running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    manifest = tmp_path / "R" / "manifest.json"
    limit = time.monotonic() + 60
    while not (manifest.exists() and manifest.read_text().count('"documents"') >= 2):
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < limit
        time.sleep(0.02)
    return running


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="watches processes in /proc")
def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    path = corpus(tmp_path / "a.jsonl", range(300))
    running = started(tmp_path, path)
    children = [int(n) for n in Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()]
    running.kill()
    running.communicate()
    with Record.open(tmp_path / "R") as record:
        half = record.counts().documents
        assert 10 <= half < 300
    resumed = ingest([path], tmp_path / "R", code=code)
    assert (resumed.known, resumed.new) == (half, 300 - half)
    ingest([path], tmp_path / "whole", code=code)
    assert contents(tmp_path / "R") == contents(tmp_path / "whole")
    limit = time.monotonic() + 20
    while any(map(alive, children)):
        assert time.monotonic() < limit, "coding processes outlive the run"
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_ends_a_run_at_once_with_its_counts(tmp_path: Path) -> None:
    path = corpus(tmp_path / "a.jsonl", range(300))
    running = started(tmp_path, path)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=20)
    interrupted, documents = out.split()
    assert (interrupted, err) == ("True", "")
    assert 10 <= int(documents) < 300
    assert ingest([path], tmp_path / "R", code=code).new == 300 - int(documents)


def test_a_reader_works_while_a_run_is_under_way(tmp_path: Path) -> None:
    running = started(tmp_path, corpus(tmp_path / "a.jsonl", range(100)))
    seen = 0
    while running.poll() is None:
        with Record.open(tmp_path / "R") as record:
            documents = record.counts().documents
            assert documents >= seen
            seen = documents
        time.sleep(0.1)
    assert running.communicate() == ("False 100\n", "")


def test_the_report_is_what_the_record_says(tmp_path: Path) -> None:
    report: IngestReport = ingest([corpus(tmp_path / "a.jsonl", range(5))], tmp_path / "R", code=code)
    with Record.open(tmp_path / "R") as record:
        assert record.counts() == report.record
