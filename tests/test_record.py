"""The record's folder: what is published stays, twice changes nothing, readers and one writer live together."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import duckdb
import networkx as nx
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from volteface.errors import RecordError
from volteface.record import Record, Skip
from volteface.record.exchange import FORMATS, export
from volteface.terms import Actor, Document, Event, Span, documents_table, row, statements_table

ACTORS = ("TUR", "RUS", "UKR", "USA")


def document(number: int) -> Document:
    source, target = ACTORS[number % 4], ACTORS[(number + 1 + number // 4 % 3) % 4]
    text = f"{source} warned {target} over grain shipment number {number} in the strait."
    return Document(f"d{number}", text, source=f"outlet {number % 3}", published=dt.date(2020, 1, 1 + number % 28))


def event(one: Document, factuality: str = "actual") -> dict[str, object]:
    words = one.text.split()
    made = Event(
        document=one.id,
        sentence=Span(0, len(one.text), one.text),
        trigger=Span(4, 10, "warned"),
        source=Actor(words[0], "GOV", words[0]),
        target=Actor(words[2], None, words[2]),
        type="THREATEN",
        factuality=factuality,  # type: ignore[arg-type]
        date=one.published,
        date_precision="day",
        score=-4.4,
    )
    return row(made, "rules", "1")


def append(record: Record, documents: Sequence[Document], skipped: Sequence[Skip] = ()) -> int:
    return record.append(documents_table(documents), statements_table([event(d) for d in documents]), skipped)


def contents(path: Path) -> dict[str, list[dict[str, object]]]:
    tables = ("documents", "statements", "stories", "reports", "dyad_months", "skipped")
    with Record.open(path) as record:
        return {table: record.rows(f"select * from {table} order by all") for table in tables}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "R"
    with Record.create(path) as record:
        append(record, [document(n) for n in range(6)], [Skip("page.html", "empty")])
    return path


def test_what_was_appended_is_there_when_the_record_is_opened_again(folder: Path) -> None:
    with Record.open(folder) as record:
        assert set(record.known()) == {f"d{n}" for n in range(6)}
        counts = record.counts()
        assert counts.documents == 6
        assert counts.statements == {"event": 6}
        assert counts.events == {"actual": 6}
        assert counts.stories == counts.reports == 6
        assert counts.skipped == {"empty": 1}
        assert (counts.first, counts.last) == (dt.date(2020, 1, 1), dt.date(2020, 1, 6))
        found = record.rows("select sentence from statements where document = ?", ["d3"])
        assert [row["sentence"] for row in found] == [document(3).text]
        assert record.rows("select count(*) as n from documents where id = $id", {"id": "d3"}) == [{"n": 1}]
        assert sum(batch.num_rows for batch in record.batches("select * from statements")) == 6


def test_the_same_document_twice_changes_nothing(folder: Path) -> None:
    before, published = contents(folder), (folder / "manifest.json").read_bytes()
    with Record.create(folder) as record:
        assert append(record, [document(n) for n in range(6)], [Skip("page.html", "empty")]) == 0
    assert (folder / "manifest.json").read_bytes() == published
    assert contents(folder) == before


def test_a_document_twice_in_one_batch_is_recorded_once(tmp_path: Path) -> None:
    with Record.create(tmp_path / "R") as record:
        assert append(record, [document(1), document(2), document(1)]) == 2
        assert record.counts().statements == {"event": 2}


def test_a_place_that_was_skipped_counts_once(folder: Path) -> None:
    with Record.create(folder) as record:
        append(record, [], [Skip("page.html", "empty"), Skip("other.html", "empty"), Skip("x.txt", "not English")])
        assert record.counts().skipped == {"empty": 2, "not English": 1}
        assert record.rows("select place from skipped order by place") == [
            {"place": "other.html"},
            {"place": "page.html"},
            {"place": "x.txt"},
        ]


def test_a_statement_about_a_document_that_was_not_given_is_refused(folder: Path) -> None:
    with Record.create(folder) as record, pytest.raises(ValueError, match="d9"):
        record.append(documents_table([document(8)]), statements_table([event(document(9))]))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(9)), cuts=st.sets(st.integers(1, 8)), again=st.lists(st.integers(0, 8), max_size=4))
def test_the_order_and_the_batches_in_which_documents_come_do_not_matter(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], cuts: set[int], again: list[int]
) -> None:
    home = tmp_path_factory.mktemp("order")
    with Record.create(home / "A") as record:
        append(record, [document(n) for n in range(9)])
    with Record.create(home / "B") as record:
        edges = [0, *sorted(cuts), 9]
        for start, end in pairwise(edges):
            append(record, [document(n) for n in order[start:end]])
        append(record, [document(n) for n in again])
    assert contents(home / "A") == contents(home / "B")


def test_the_manifest_names_each_part_with_its_rows_and_hash(folder: Path) -> None:
    made = json.loads((folder / "manifest.json").read_text())
    assert made["format"] == 1
    assert made["coders"] == ["rules 1"]
    assert made["skipped"] == {"empty": 1}
    assert {(part["kind"], part["rows"]) for part in made["parts"]} == {
        ("documents", 6),
        ("statements", 6),
        ("skipped", 1),
    }
    assert {part["name"] for part in made["parts"]} == {path.name for path in (folder / "parts").iterdir()}


def test_a_reader_keeps_its_view_while_a_writer_appends_and_moves_on_when_it_refreshes(folder: Path) -> None:
    count = "select count(*) as n from documents"
    with Record.open(folder) as early, Record.open(folder) as late, Record.create(folder) as writer:
        assert early.rows(count) == [{"n": 6}]
        append(writer, [document(7)])
        assert writer.rows(count) == [{"n": 7}]
        assert early.rows(count) == late.rows(count) == [{"n": 6}]
        early.refresh()
        assert early.rows(count) == [{"n": 7}]


def test_another_process_reads_while_this_one_writes(folder: Path) -> None:
    program = "import sys; from volteface.record import Record; print(Record.open(sys.argv[1]).counts().documents)"
    with Record.create(folder) as writer:
        for number in (7, 8):
            append(writer, [document(number)])
            writer.counts()
            read = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True)
            assert (read.stdout.strip(), read.stderr) == (str(number), "")


def test_a_second_writer_gets_one_line_that_names_the_first(folder: Path) -> None:
    program = textwrap.dedent("""
        import sys
        from volteface.record import Record
        from volteface.errors import RecordError
        try:
            Record.create(sys.argv[1])
        except RecordError as e:
            print(e)
    """)
    with Record.create(folder):
        second = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True)
        assert "is being written by process" in second.stdout
        assert len(second.stdout.splitlines()) == 1
        with pytest.raises(RecordError, match="wait until that has finished"):
            Record.create(folder)
    Record.create(folder).close()


def test_what_a_killed_writer_leaves_behind_neither_blocks_nor_counts(folder: Path) -> None:
    program = textwrap.dedent("""
        import os, signal, sys
        from volteface.record import Record, manifest
        record = Record.create(sys.argv[1])
        manifest.write(record.folder / "parts" / "documents-orphan.parquet", b"half")
        (record.folder / "manifest.json.tmp").write_text("{")
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    killed = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True)
    assert killed.returncode == -9, killed.stderr
    assert (folder / "lock").exists()
    before = contents(folder)
    with Record.create(folder) as record:
        assert append(record, [document(6)]) == 1
        assert record.counts().documents == len(before["documents"]) + 1
    assert not (folder / "parts" / "documents-orphan.parquet").exists()


def test_a_folder_left_by_a_run_that_was_killed_at_once_becomes_a_record(tmp_path: Path) -> None:
    (tmp_path / "R" / "parts").mkdir(parents=True)
    (tmp_path / "R" / "lock").touch()
    with Record.create(tmp_path / "R") as record:
        assert append(record, [document(1)]) == 1


def test_an_index_that_was_deleted_is_built_again(folder: Path) -> None:
    before = contents(folder)
    for index in folder.glob("index-*"):
        index.unlink()
    assert contents(folder) == before
    assert len(list(folder.glob("index-*"))) == 1


def test_a_damaged_index_is_named_with_its_remedy(folder: Path) -> None:
    contents(folder)
    [index] = folder.glob("index-*")
    index.write_bytes(b"no database")
    with pytest.raises(RecordError, match="delete it"):
        contents(folder)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-7]), "is damaged .* bytes of"),
        (lambda path: path.write_bytes(bytes(reversed(path.read_bytes()))), r"is damaged \(its content"),
        (lambda path: path.unlink(), "is missing"),
    ],
    ids=["truncated", "altered", "missing"],
)
def test_a_damaged_part_is_found_and_named(folder: Path, damage: object, told: str) -> None:
    [part] = (folder / "parts").glob("statements-*")
    damage(part)  # type: ignore[operator]
    with Record.open(folder) as record, pytest.raises(RecordError, match=f"{part.name} {told}"):
        record.counts()


def test_a_damaged_part_of_documents_stops_a_writer_too(folder: Path) -> None:
    [part] = (folder / "parts").glob("documents-*")
    part.write_bytes(part.read_bytes()[:50])
    with Record.create(folder) as record, pytest.raises(RecordError, match="is damaged"):
        append(record, [document(7)])


def test_folders_that_cannot_be_a_record_are_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("x")
    cases = [
        (Record.create, tmp_path / "file" / "R", "cannot write record"),
        (Record.create, tmp_path / "file", "cannot write record|no record"),
        (Record.create, tmp_path / "home", "holds files but is no record"),
        (Record.open, tmp_path / "home", "is no record"),
        (Record.open, tmp_path / "file", "is no record"),
        (Record.open, tmp_path / "nowhere", "no record at"),
    ]
    for opened, path, told in cases:
        with pytest.raises(RecordError, match=told) as refused:
            opened(path)
        assert "\n" not in str(refused.value)
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["letter.txt"]


def test_a_record_of_a_newer_version_asks_for_an_upgrade(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 2}))
    for opened in (Record.open, Record.create):
        with pytest.raises(RecordError, match="upgrade Volteface"):
            opened(folder)


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"format": 1}', '{"format": 1, "parts": [{}], "coders": [], "skipped": {}}']
)
def test_a_damaged_manifest_is_named(folder: Path, content: str) -> None:
    (folder / "manifest.json").write_text(content)
    with pytest.raises(RecordError, match=r"manifest\.json"):
        Record.open(folder)


def test_a_record_opened_to_read_refuses_to_append(folder: Path) -> None:
    with Record.open(folder) as record, pytest.raises(RecordError, match=r"Record\.create"):
        append(record, [document(7)])


def test_a_query_can_neither_change_the_index_nor_reach_other_files(folder: Path) -> None:
    (folder.parent / "secret.csv").write_text("a\n1\n")
    with Record.open(folder) as record:
        for query in ("delete from documents", f"select * from read_csv('{folder.parent / 'secret.csv'}')"):
            with pytest.raises(duckdb.Error):
                record.sql(query)
        assert record.counts().documents == 6


def test_a_record_in_a_folder_that_cannot_be_written_can_still_be_queried(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("volteface.record.index.os.access", lambda path, mode: False)
    before = sorted(folder.iterdir())
    with Record.open(folder) as record:
        assert record.counts().documents == 6
    assert sorted(folder.iterdir()) == before


def test_an_empty_record_answers_with_nothing(tmp_path: Path) -> None:
    with Record.create(tmp_path / "R") as record:
        counts = record.counts()
        assert (counts.documents, counts.stories, counts.first) == (0, 0, None)
        assert record.rows("select * from dyad_months") == []


def test_jsonl_parquet_and_csv_hold_every_statement_with_its_source(folder: Path, tmp_path: Path) -> None:
    with Record.open(folder) as record:
        stories = {row["statement"]: row["story"] for row in record.rows("select * from reports")}
        for fmt in ("jsonl", "parquet", "csv"):
            assert export(record, fmt, tmp_path / f"out.{fmt}") == 6
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    with (tmp_path / "out.csv").open(newline="") as file:
        cells = list(csv.DictReader(file))
    for number in range(6):
        one, text = document(number), document(number).text
        assert (lines[number]["kind"], lines[number]["sentence"], lines[number]["outlet"]) == (
            "event",
            text,
            one.source,
        )
        assert lines[number]["source"]["code"] == text.split()[0]
        assert lines[number]["published"] == lines[number]["date"] == str(one.published)
        assert (rows[number]["sentence"], rows[number]["published"]) == (text, one.published)
        assert (cells[number]["sentence"], cells[number]["date"], cells[number]["score"]) == (
            text,
            str(one.published),
            "-4.4",
        )
        assert lines[number]["story"] == rows[number]["story"] == cells[number]["story"] == stories[rows[number]["id"]]


def test_a_record_goes_to_standard_output_too_and_an_empty_one_has_its_header(tmp_path: Path) -> None:
    with Record.create(tmp_path / "R") as record:
        made = {fmt: io.BytesIO() for fmt in FORMATS}
        assert [export(record, fmt, out) for fmt, out in made.items()] == [0] * len(FORMATS)
    assert made["csv"].getvalue().startswith(b"id,kind,document,sentence,")
    assert "sentence" in pq.read_schema(io.BytesIO(made["parquet"].getvalue())).names
    assert made["jsonl"].getvalue() == b""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "\t="])
def test_no_text_becomes_a_formula_in_a_spreadsheet(tmp_path: Path, start: str) -> None:
    text = f'{start}HYPERLINK("x") RUS, "quoted"\nand broken'
    made = replace(document(1), text=text, title=text, source=text)
    with Record.create(tmp_path / "R") as record:
        statement = event(document(1)) | {"sentence": text}
        record.append(documents_table([made]), statements_table([statement]))
        out = io.BytesIO()
        export(record, "csv", out)
    [row] = csv.DictReader(io.StringIO(out.getvalue().decode(), newline=""))
    assert row["sentence"] == row["title"] == row["outlet"] == f"'{text}"
    assert row["score"] == "-4.4"


def test_graphml_holds_the_directed_network_of_stories(folder: Path, tmp_path: Path) -> None:
    with Record.open(folder) as record:
        edges = export(record, "graphml", tmp_path / "out.graphml")
        pairs = record.rows("select source, target, count(*) as n from stories group by all")
    network = nx.read_graphml(tmp_path / "out.graphml")
    assert edges == network.number_of_edges() == len(pairs)
    for pair in pairs:
        edge = network.edges[pair["source"], pair["target"]]
        assert (edge["volume"], edge["cooperation"]) == (pair["n"], 0.0)
        assert edge["conflict"] == pytest.approx(4.4 * pair["n"])
        assert edge["first_date"] <= edge["last_date"]
    assert all(network.nodes[code]["label"] for code in network)


def test_an_export_that_cannot_be_written_is_refused_in_one_line(folder: Path) -> None:
    with Record.open(folder) as record, pytest.raises(RecordError, match=r"cannot write .*name a file"):
        export(record, "csv", folder / "manifest.json" / "out.csv")
