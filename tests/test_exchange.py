"""Event files of other coders come into a record whole or not at all, and a record goes out in other forms."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
import subprocess
import sys
import tempfile
import textwrap
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volteface.errors import InputError, RecordError
from volteface.record import Record
from volteface.record.exchange import FORMATS, export, imports
from volteface.record.exchange.acled import COLUMNS as ACLED
from volteface.record.exchange.atop import COLUMNS as ATOP
from volteface.record.exchange.gdelt import EVENT_COLUMNS, MENTION_COLUMNS
from volteface.record.exchange.icews import COLUMNS as ICEWS
from volteface.record.exchange.imports import ImportReport, guess_format, import_file
from volteface.record.exchange.polecat import COLUMNS as POLECAT
from volteface.record.exchange.ucdp import HEADER as UCDP

ICEWS_HEADER = [*ICEWS.values(), "City", "District", "Province", "Country", "Latitude", "Longitude"]
POLECAT_HEADER = [name.split("|")[0] for name in POLECAT.values() if name not in ("Event Text", "Headline")]
POLECAT_HEADER += ["Placename", "Language", "Version"]
ATOP_HEADER = [name.split("|")[0] for name in ATOP.values()]
ACLED_HEADER = [*ACLED.values(), "iso", "region"]


def gdelt(number: int = 1, **changed: str) -> list[str]:
    """Turkey's government threatens Greece on 2020-08-12, unless it is changed."""
    made = dict.fromkeys(EVENT_COLUMNS, "") | {
        "event": str(900000000 + number),
        "day": "20200812",
        "month": "202008",
        "year": "2020",
        "fraction": "2020.6110",
        "actor1_code": "TURGOV",
        "actor1_name": "TURKEY",
        "actor1_country": "TUR",
        "actor1_type1": "GOV",
        "actor2_code": "GRC",
        "actor2_name": "GREECE",
        "actor2_country": "GRC",
        "cameo": "130",
        "base": "130",
        "root": "13",
        "goldstein": "-4.4",
        "added": "20200813101500",
        "url": f"https://www.paper.example/world/{number}",
    }
    return list((made | changed).values())


def mention(number: int, address: str) -> list[str]:
    made = dict.fromkeys(MENTION_COLUMNS, "1") | {
        "event": str(900000000 + number),
        "event_time": "20200812101500",
        "mention_time": "20200813121500",
        "outlet": "other.example",
        "address": address,
        "confidence": "40",
    }
    return list(made.values())


def icews(event: str = "7001", day: str = "2014-03-01", **changed: str) -> list[str]:
    made = dict.fromkeys(ICEWS, "") | {
        "event": event,
        "day": day,
        "source_called": "Vladimir Putin",
        "source_sectors": "Executive,Government",
        "source_country": "Russian Federation",
        "said": "Demand",
        "cameo": "010",
        "intensity": "-5.0",
        "target_called": "Ukraine",
        "target_country": "Ukraine",
        "story": "31",
        "sentence_number": "2",
        "publisher": "A Paper",
    }
    return [*(made | {"cameo": "0311", "said": "Express intent"} | changed).values(), "", "", "", "", "", ""]


def polecat(event: str = "P1", **changed: str) -> list[str]:
    made = dict.fromkeys(POLECAT, "None") | {
        "event": event,
        "day": "2022-02-24",
        "kind": "ASSAULT",
        "manner": "aerial",
        "intensity": "-9.5",
        "about": "military;territory",
        "actor": "Armed Forces",
        "actor_country": "RUS",
        "actor_sector": "MIL",
        "recipient": "Ukraine",
        "recipient_country": "UKR",
        "recipient_sector": "CVL",
        "publisher": "A Paper",
        "added": "2022-02-25",
    }
    return [*list((made | changed).values())[: len(POLECAT) - 2], "Kyiv", "English", "NGEC 1"]


def acled(event: str = "UKR1", **changed: str) -> list[str]:
    made = dict.fromkeys(ACLED, "") | {
        "event": event,
        "day": "2022-03-01",
        "day_precision": "1",
        "kind": "Explosions/Remote violence",
        "sub_kind": "Shelling/artillery/missile attack",
        "actor1": "Military Forces of Russia (2000-)",
        "inter1": "8",
        "actor2": "Civilians (Ukraine)",
        "inter2": "7",
        "country": "Ukraine",
        "outlet": "A Paper; B Agency",
        "notes": 'Shells fell, "many" of them,\non a market.',
        "deaths": "3",
    }
    return [*(made | changed).values(), "804", "Europe"]


def ucdp(event: str = "51", **changed: str) -> list[str]:
    made = dict.fromkeys(UCDP, "0") | {
        "id": event,
        "year": "2008",
        "type_of_violence": "1",
        "side_a": "Government of Russia (Soviet Union)",
        "side_b": "Government of Georgia",
        "gwnoa": "365",
        "gwnob": "372",
        "country": "Georgia",
        "country_id": "372",
        "date_start": "2008-08-08 00:00:00.000",
        "date_prec": "1",
        "source_office": "A Paper",
        "best": "4",
        "low": "2",
        "high": "9",
    }
    return list((made | changed).values())


def tabs(
    path: Path, rows: Sequence[Sequence[str]], header: Sequence[str] | None = None, encoding: str = "utf-8"
) -> Path:
    lines = ["\t".join(row) for row in ([header] if header else []) + list(rows)]
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def commas(path: Path, rows: Sequence[Sequence[str]], header: Sequence[str] | None = None) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(([header] if header else []) + list(rows))
    return path


def imported(folder: Path, path: Path, format: str | None = None) -> tuple[ImportReport, list[dict[str, Any]]]:
    with Record.create(folder) as record:
        report = import_file(record, path, format)
        rows = record.rows(
            "select s.*, d.title, d.source as outlet, d.url, d.published, d.text "
            "from statements s join documents d on d.id = s.document order by s.id"
        )
    return report, rows


def dropped(report: ImportReport) -> dict[str, tuple[int, tuple[int, ...]]]:
    return {reason: (one.count, one.lines) for reason, one in report.dropped.items()}


SAMPLES: Mapping[str, Callable[[Path], Path]] = {
    "gdelt": lambda path: tabs(path, [gdelt(1), gdelt(2)]),
    "gdelt-mentions": lambda path: tabs(path, [mention(1, "https://other.example/1")]),
    "icews": lambda path: tabs(path, [icews()], ICEWS_HEADER),
    "polecat": lambda path: tabs(path, [polecat()], POLECAT_HEADER),
    "acled": lambda path: commas(path, [acled()], ACLED_HEADER),
    "ucdp": lambda path: commas(path, [ucdp()], UCDP),
    "atop": lambda path: commas(path, ["371,373,1995,1,0,0,1,1".split(",")], ATOP_HEADER),
}


def test_a_row_of_gdelt_becomes_a_statement_with_its_file_line_id_and_address(tmp_path: Path) -> None:
    report, rows = imported(
        tmp_path / "R", tabs(tmp_path / "a.csv", [gdelt(3, cameo="0311", root="03", actor1_type1="")])
    )
    assert (report.format, report.read, report.kept, report.known, report.dropped) == ("gdelt", 1, 1, 0, {})
    [row] = rows
    assert (row["id"], row["url"]) == ("gdelt-900000003", "https://www.paper.example/world/3")
    assert (row["title"], row["outlet"], row["published"]) == ("a.csv, line 1", "paper.example", dt.date(2020, 8, 13))
    assert (row["source_code"], row["source_sector"], row["target_code"]) == ("TUR", "GOV", "GRC")
    assert (row["type"], row["contexts"], row["score"]) == ("AGREE", ["economic"], pytest.approx(-4.4))
    assert (row["kind"], row["factuality"], row["date"]) == ("event", "actual", dt.date(2020, 8, 12))
    assert (row["coder"], row["coder_version"]) == ("gdelt", "2.0")
    assert row["sentence"] == row["text"]
    assert "CAMEO 0311" in row["sentence"]
    assert "TURKEY to GREECE" in row["sentence"]


def test_gdelt_s_bad_rows_are_counted_by_reason_with_the_lines_where_they_lie(tmp_path: Path) -> None:
    rows = [
        gdelt(1),
        gdelt(2)[:40],  # line 2: cut off
        gdelt(3, actor2_name="", actor2_code=""),
        gdelt(4, day="20209912"),
        [*gdelt(5), "more"],  # line 5
        gdelt(6, cameo="043", root="4"),
        gdelt(7, cameo="43", root="04"),
        gdelt(8, cameo="999", root="99"),
        gdelt(9, cameo="010", root="01"),
        gdelt(1),  # line 10: again
        gdelt(11, event=""),
        gdelt(12),
        gdelt(13, actor2_name="", actor2_code=""),
    ]
    report, kept = imported(tmp_path / "R", tabs(tmp_path / "a.csv", rows))
    assert dropped(report) == {
        "fewer columns than the format has (cut off?)": (1, (2,)),
        "more columns than the format has": (1, (5,)),
        "names no target": (2, (3, 13)),
        "no date": (1, (4,)),
        "CAMEO code without its leading zero": (2, (6, 7)),
        "unknown CAMEO code": (1, (8,)),
        "act that PLOVER does not count (CAMEO 01)": (1, (9,)),
        "id of a row before": (1, (10,)),
        "no event id": (1, (11,)),
    }
    assert (report.read, report.kept) == (13, 2)
    assert {row["id"]: row["title"] for row in kept} == {
        "gdelt-900000001": "a.csv, line 1",
        "gdelt-900000012": "a.csv, line 12",
    }


def test_a_line_that_is_not_utf_8_and_a_broken_last_line_are_counted_and_the_rest_is_kept(tmp_path: Path) -> None:
    path = tabs(tmp_path / "a.csv", [gdelt(n) for n in range(1, 6)])
    lines = path.read_bytes().split(b"\n")
    lines[1] = lines[1].replace(b"TURKEY", b"T\xdcRKEY")
    path.write_bytes(b"\n".join([*lines[:5], lines[0][:100]]))
    report, rows = imported(tmp_path / "R", path)
    assert dropped(report) == {
        "not UTF-8": (1, (2,)),
        "fewer columns than the format has (cut off?)": (1, (6,)),
    }
    assert [row["title"] for row in rows] == [f"a.csv, line {n}" for n in (1, 3, 4, 5)]


WAYS: Mapping[str, tuple[str, Callable[[int], list[str]]]] = {
    "good": ("", gdelt),
    "cut": ("fewer columns than the format has (cut off?)", lambda n: gdelt(n)[:30]),
    "long": ("more columns than the format has", lambda n: [*gdelt(n), "x"]),
    "alone": ("names no target", lambda n: gdelt(n, actor2_code="", actor2_name="")),
    "undated": ("no date", lambda n: gdelt(n, day="soon")),
    "again": ("id of a row before", lambda n: gdelt(1)),
    "empty": ("", lambda n: []),
}


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(sorted(WAYS)), max_size=30))
def test_whatever_is_wrong_with_which_rows_each_is_counted_and_each_line_is_right(ways: list[str]) -> None:
    ways = ["good", *ways]
    expected: dict[str, list[int]] = {}
    for line, way in enumerate(ways, 1):
        if WAYS[way][0]:
            expected.setdefault(WAYS[way][0], []).append(line)
    with tempfile.TemporaryDirectory() as folder:
        path = tabs(Path(folder) / "a.csv", [WAYS[way][1](line) for line, way in enumerate(ways, 1)])
        report, rows = imported(Path(folder) / "R", path, "gdelt")
    assert dropped(report) == {why: (len(lines), tuple(lines[:5])) for why, lines in expected.items()}
    assert report.read == len(ways) - ways.count("empty")
    assert {row["id"]: row["title"] for row in rows} == {
        f"gdelt-{900000000 + line}": f"a.csv, line {line}" for line, way in enumerate(ways, 1) if way == "good"
    }


@pytest.mark.parametrize("chunk", [1 << 22, 7, 1])
def test_empty_lines_are_passed_over_but_count_as_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr("volteface.record.exchange.staging._CHUNK", chunk)
    lines = ["", *["\t".join(row) for row in (gdelt(1), gdelt(2)[:9], gdelt(3), gdelt(4, day=""))], ""]
    (tmp_path / "a.csv").write_text("\n".join([*lines[:2], "", *lines[2:4], "", "", *lines[4:]]) + "\n")
    report, rows = imported(tmp_path / "R", tmp_path / "a.csv")
    assert [row["title"] for row in rows] == ["a.csv, line 2", "a.csv, line 5"]
    assert dropped(report) == {"fewer columns than the format has (cut off?)": (1, (4,)), "no date": (1, (8,))}


def test_quotes_in_gdelt_are_letters_like_others(tmp_path: Path) -> None:
    path = tabs(tmp_path / "a.csv", [gdelt(1, actor1_name='THE "SULTAN'), gdelt(2)])
    report, rows = imported(tmp_path / "R", path)
    assert report.kept == 2
    assert rows[0]["source_text"] == 'THE "SULTAN'


def test_organisations_of_gdelt_get_their_codes_and_unknown_groups_keep_their_names(tmp_path: Path) -> None:
    nato = {"actor1_code": "IGOWSTNAT", "actor1_name": "NATO", "actor1_country": "", "actor1_group": "NAT"}
    rebels = {"actor1_code": "REB", "actor1_name": "GUERRILLA", "actor1_country": "", "actor1_type1": "REB"}
    _, rows = imported(tmp_path / "R", tabs(tmp_path / "a.csv", [gdelt(1, **nato), gdelt(2, **rebels)]))
    assert [(row["source_code"], row["source_sector"], row["source_text"]) for row in rows] == [
        ("NATO", "IGO", "NATO"),
        (None, "REB", "GUERRILLA"),
    ]


def test_rows_of_one_article_on_one_act_are_one_story_and_mentions_are_more_reports_of_it(tmp_path: Path) -> None:
    one = {"url": "https://paper.example/one"}
    tabs(tmp_path / "a.csv", [gdelt(1, **one), gdelt(2, **one), gdelt(3), gdelt(4, actor1_country="BGR", **one)])
    tabs(tmp_path / "m.csv", [mention(1, "https://other.example/1"), mention(99, "https://other.example/9")])
    with Record.create(tmp_path / "R") as record:
        import_file(record, tmp_path / "a.csv")
        before = record.rows("select id, source, reports, documents from stories order by id")
        report = import_file(record, tmp_path / "m.csv", "gdelt-mentions")
        after = record.rows("select id, source, reports, documents, outlets from stories order by id")
        links = record.rows("select story, count(*) as n from reports group by story order by story")
        [told] = record.rows("select confidence from statements where id like 'gdelt-900000001-%'")
    assert [(row["id"], row["reports"], row["documents"]) for row in before] == [
        ("gdelt-900000001", 2, 1),
        ("gdelt-900000003", 1, 1),
        ("gdelt-900000004", 1, 1),
    ]
    assert next((row["id"], row["reports"], row["documents"]) for row in after) == ("gdelt-900000001", 3, 2)
    assert [row["n"] for row in links] == [row["reports"] for row in after] == [3, 1, 1]
    assert told["confidence"] == pytest.approx(0.4)
    assert dropped(report) == {"event that is not in the record (import its events first)": (1, (2,))}


def test_icews_names_states_in_words_and_repeats_ids_on_other_days(tmp_path: Path) -> None:
    rows = [
        icews(),
        icews(day="2014-03-02"),
        icews(),  # line 4: the same again
        icews("7002", source_country="", source_called="United Nations", source_sectors="International Government"),
        icews("7003", cameo="31"),
        icews("7004")[:9],
        [*icews("7005", cameo="190"), "", ""],
        icews("7006", target_called=""),
    ]
    report, kept = imported(tmp_path / "R", tabs(tmp_path / "events.tab", rows, ICEWS_HEADER))
    assert [(row["id"], row["source_code"], row["target_code"], row["type"]) for row in kept] == [
        ("icews-7001-20140301", "RUS", "UKR", "AGREE"),
        ("icews-7001-20140302", "RUS", "UKR", "AGREE"),
        ("icews-7002-20140301", "UN", "UKR", "AGREE"),
        ("icews-7005-20140301", "RUS", "UKR", "ASSAULT"),
    ]
    assert dropped(report) == {
        "id of a row before": (1, (4,)),
        "CAMEO code without its leading zero": (1, (6,)),
        "fewer columns than the format has (cut off?)": (1, (7,)),
        "names no target": (1, (9,)),
    }
    assert kept[0]["outlet"] == "A Paper"
    assert kept[0]["source_text"] == "Vladimir Putin"


def test_polecat_s_literal_none_stray_tabs_and_modes_in_rows_of_their_own_are_understood(tmp_path: Path) -> None:
    header = [name.replace("Intensity", "Event Intensity") for name in POLECAT_HEADER] + ["Headline"]
    rows = [
        [*polecat("P1"), "A raid"],
        [*polecat("P1", manner="destroy"), "A raid"],
        [*polecat("P2", manner="None", actor="None", actor_raw="raiders", actor_country="None"), "None", "", ""],
        [*polecat("P3", recipient="None", recipient_raw="None", recipient_country="None"), ""],
        [*polecat("P4"), "a headline", "with a tab"],
        polecat("P5")[:6],
        [*polecat("P6", kind="SMILE"), ""],
    ]
    report, kept = imported(tmp_path / "R", tabs(tmp_path / "p.txt", rows, header))
    assert [(row["id"], row["source_code"], row["mode"], row["contexts"]) for row in kept] == [
        ("polecat-P1-aerial", "RUS", "aerial", ["military", "territory"]),
        ("polecat-P1-destroy", "RUS", "destroy", ["military", "territory"]),
        ("polecat-P2", None, None, ["military", "territory"]),
    ]
    assert (kept[0]["sentence"], kept[0]["score"]) == ("A raid", pytest.approx(-9.5))
    assert kept[2]["source_text"] == "raiders"
    assert dropped(report) == {
        "names no target": (1, (5,)),
        "more columns than the format has": (1, (6,)),
        "fewer columns than the format has (cut off?)": (1, (7,)),
        "unknown PLOVER type": (1, (8,)),
    }
    with Record.open(tmp_path / "R") as record:
        assert record.rows("select id, reports from stories") == [{"id": "polecat-P1-aerial", "reports": 2}]


def test_a_polecat_file_in_latin_1_is_read_as_such(tmp_path: Path) -> None:
    path = tabs(tmp_path / "p.txt", [polecat("P1", actor="São Paulo")], POLECAT_HEADER, encoding="latin-1")
    report, [row] = imported(tmp_path / "R", path, "polecat")
    assert (report.dropped, row["source_text"]) == ({}, "São Paulo")


def test_acled_names_its_actors_countries_in_words_and_deaths_are_reports(tmp_path: Path) -> None:
    rows = [
        acled(),
        acled("UKR2", actor2="", inter2=""),
        acled("UKR3", kind="Strategic developments", sub_kind="Other"),
        acled("MLI4", actor1="The Group", inter1="Rebel group", actor2="Civilians (Mali)", country="Mali", notes=""),
    ]
    report, kept = imported(tmp_path / "R", commas(tmp_path / "acled.csv", rows, ACLED_HEADER))
    by_id = {row["id"]: row for row in kept}
    shelled, raided = by_id["acled-UKR1"], by_id["acled-MLI4"]
    assert (shelled["source_code"], shelled["source_sector"], shelled["target_code"]) == ("RUS", "MIL", "UKR")
    assert (shelled["type"], shelled["mode"], shelled["target_sector"]) == ("ASSAULT", "heavy-weapons", "CVL")
    assert shelled["sentence"] == acled()[list(ACLED).index("notes")]
    assert (raided["source_code"], raided["source_sector"], raided["source_name"]) == ("MLI", "REB", "The Group")
    assert "3 deaths reported" in raided["sentence"]
    # The notes run over two lines each: the second row begins on line 4.
    assert dropped(report) == {
        "names no target": (1, (4,)),
        "act that PLOVER does not count (Other)": (1, (6,)),
    }
    assert raided["title"] == "acled.csv, line 8"


@pytest.mark.parametrize("header", [UCDP, None], ids=["with a header", "without one"])
def test_ucdp_knows_states_by_number_and_groups_by_the_country_of_the_event(
    tmp_path: Path, header: Sequence[str] | None
) -> None:
    rows = [ucdp(), ucdp("52", gwnob="", side_b="A Group", date_prec="4"), ucdp("53", date_start="soon")]
    report, kept = imported(tmp_path / "R", commas(tmp_path / "ged.csv", rows, header))
    assert [(row["source_code"], row["target_code"], row["target_sector"], row["date_precision"]) for row in kept] == [
        ("RUS", "GEO", "GOV", "day"),
        ("RUS", "GEO", "REB", "month"),
    ]
    assert kept[0]["date"] == dt.date(2008, 8, 8)
    assert "4 deaths at best (2 to 9)" in kept[0]["sentence"]
    assert dropped(report) == {"no date": (1, (3 + bool(header),))}


@pytest.mark.parametrize("name", SAMPLES)
def test_each_format_is_guessed_and_a_file_of_another_is_named_as_such(tmp_path: Path, name: str) -> None:
    path = SAMPLES[name](tmp_path / "file")
    assert guess_format(path) == name
    for other in set(SAMPLES) - {name}:
        with Record.create(tmp_path / "R") as record, pytest.raises(InputError, match=f"give --format {name}$") as told:
            import_file(record, path, other)
        assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"Dear friend,\nhow are you?\n", "of no format that can be imported"),
        (b"PK\x00\x00", "is no text"),
    ],
)
def test_a_file_that_is_no_event_file_is_refused_in_one_line(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "file").write_bytes(content)
    with Record.create(tmp_path / "R") as record, pytest.raises(InputError, match=told) as refused:
        import_file(record, tmp_path / "file")
    assert "\n" not in str(refused.value)
    assert not list((tmp_path / "R" / "parts").iterdir())


def test_a_missing_file_and_a_record_that_is_only_read_are_refused(tmp_path: Path) -> None:
    path = SAMPLES["gdelt"](tmp_path / "a.csv")
    with Record.create(tmp_path / "R") as record, pytest.raises(InputError, match="cannot read"):
        import_file(record, tmp_path / "nowhere.csv")
    with Record.open(tmp_path / "R") as record, pytest.raises(RecordError, match=r"Record\.create"):
        import_file(record, path)


def test_lines_may_end_as_on_windows_and_a_file_may_begin_with_a_mark(tmp_path: Path) -> None:
    plain = tabs(tmp_path / "a.csv", [gdelt(1), gdelt(2)]).read_bytes()
    (tmp_path / "b.csv").write_bytes(b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n"))
    report, rows = imported(tmp_path / "R", tmp_path / "b.csv")
    assert (report.kept, report.dropped) == (2, {})
    assert [row["url"] for row in rows] == [f"https://www.paper.example/world/{n}" for n in (1, 2)]
    plain = tabs(tmp_path / "p.txt", [polecat()], POLECAT_HEADER).read_bytes()
    (tmp_path / "q.txt").write_bytes(b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n"))
    report, _ = imported(tmp_path / "S", tmp_path / "q.txt")
    assert (report.kept, report.dropped) == (1, {})


def test_the_same_file_twice_changes_nothing_and_a_longer_one_adds_what_is_new(tmp_path: Path) -> None:
    first = tabs(tmp_path / "a.csv", [gdelt(1), gdelt(2)])
    second = tabs(tmp_path / "b.csv", [gdelt(2), gdelt(3), gdelt(1), gdelt(3)])
    report, _ = imported(tmp_path / "R", first)
    assert (report.kept, report.known) == (2, 0)
    published = (tmp_path / "R" / "manifest.json").read_bytes()
    report, _ = imported(tmp_path / "R", first)
    assert (report.kept, report.known) == (0, 2)
    assert (tmp_path / "R" / "manifest.json").read_bytes() == published
    report, rows = imported(tmp_path / "R", second)
    assert (report.kept, report.known) == (1, 2)
    assert dropped(report) == {"id of a row before": (1, (4,))}
    assert [row["title"] for row in rows] == ["a.csv, line 1", "a.csv, line 2", "b.csv, line 2"]


def test_packed_files_are_unpacked(tmp_path: Path) -> None:
    plain = tabs(tmp_path / "a.csv", [gdelt(1), gdelt(2)])
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    with zipfile.ZipFile(tmp_path / "c.csv.zip", "w") as archive:
        archive.write(plain, "c.csv")
    for number, path in enumerate((tmp_path / "b.csv.gz", tmp_path / "c.csv.zip")):
        report, rows = imported(tmp_path / f"R{number}", path, "gdelt")
        assert report.kept == 2
        assert rows[1]["title"] == f"{path.name}, line 2"
    noise = b"".join(str(n * 7919).encode() for n in range(200_000))
    (tmp_path / "e.gz").write_bytes(gzip.compress(plain.read_bytes() + noise)[:-400])
    with Record.create(tmp_path / "R") as record, pytest.raises(InputError, match="it is broken"):
        import_file(record, tmp_path / "e.gz", "gdelt")
    (tmp_path / "d.zip").write_bytes(b"PK no")
    with Record.create(tmp_path / "R") as record, pytest.raises(InputError, match="whole zip archive"):
        import_file(record, tmp_path / "d.zip")


def test_an_import_that_is_killed_leaves_nothing_that_counts(tmp_path: Path) -> None:
    path = SAMPLES["gdelt"](tmp_path / "a.csv")
    program = textwrap.dedent("""
        import os, signal, sys
        from volteface.record import Record, manifest
        from volteface.record.exchange.imports import import_file
        manifest.publish = lambda folder, made: os.kill(os.getpid(), signal.SIGKILL) if made.parts else None
        (record := Record.create(sys.argv[1])).refresh()
        import_file(record, sys.argv[2])
    """)
    Record.create(tmp_path / "R").close()
    killed = subprocess.run([sys.executable, "-c", program, tmp_path / "R", path], capture_output=True, text=True)
    assert killed.returncode == -9, killed.stderr
    left = {one.name.split("-")[0] for one in (tmp_path / "R").iterdir()} & {"import"}
    assert left == {"import"}
    with Record.open(tmp_path / "R") as record:
        assert record.counts().documents == 0
    with Record.create(tmp_path / "R") as record:
        assert not list((tmp_path / "R").glob("import-*"))
        assert not list((tmp_path / "R" / "parts").iterdir())
        assert import_file(record, path).kept == 2


def test_an_import_that_fails_changes_nothing_and_leaves_no_folder_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = SAMPLES["gdelt"](tmp_path / "a.csv")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with Record.create(tmp_path / "R") as record:
        monkeypatch.setattr("volteface.record.manifest.publish", full)
        with pytest.raises(RecordError, match="No space left"):
            import_file(record, path)
    assert {one.name for one in (tmp_path / "R").iterdir()} == {"lock", "manifest.json", "parts"}
    with Record.open(tmp_path / "R") as record:
        assert record.counts().documents == 0


def test_imported_rows_stand_beside_coded_ones_in_every_table(tmp_path: Path) -> None:
    from test_record import append, document

    path = SAMPLES["gdelt"](tmp_path / "a.csv")
    with Record.create(tmp_path / "R") as record:
        append(record, [document(n) for n in range(3)])
        import_file(record, path)
        append(record, [document(3)])
        counts = record.counts()
        months = record.rows("select volume, conflict from dyad_months where source = 'TUR' and target = 'GRC'")
        assert set(record.known()) == {f"d{n}" for n in range(4)}
        assert record.manifest.coders == ("gdelt 2.0", "rules 1")
    assert (counts.documents, counts.statements, counts.stories, counts.reports) == (6, {"event": 6}, 6, 6)
    assert months == [{"volume": 2, "conflict": pytest.approx(8.8)}]


def test_a_record_with_imported_rows_can_be_moved_and_still_reaches_nothing_else(tmp_path: Path) -> None:
    imported(tmp_path / "R", SAMPLES["gdelt"](tmp_path / "a.csv"))
    (tmp_path / "R").rename(tmp_path / "S")
    with Record.open(tmp_path / "S") as record, Record.open(tmp_path / "S") as other:
        assert record.rows("select count(*) as n from statements") == [{"n": 2}]
        assert other.rows("select count(*) as n from documents") == [{"n": 2}]
        [part] = (tmp_path / "S" / "parts").iterdir()
        for query in (f"select * from read_text('{tmp_path / 'a.csv'}')", f"copy (select 1) to '{part}'"):
            with pytest.raises(duckdb.Error):
                record.sql(query)


def test_a_damaged_part_of_imported_rows_is_named(tmp_path: Path) -> None:
    with Record.create(tmp_path / "R") as record:
        import_file(record, SAMPLES["gdelt"](tmp_path / "a.csv"))
    [part] = (tmp_path / "R" / "parts").iterdir()
    part.write_bytes(part.read_bytes()[:-3])
    with Record.open(tmp_path / "R") as record, pytest.raises(RecordError, match=f"{part.name} is damaged"):
        record.counts()


def test_progress_is_told_and_the_report_goes_to_json(tmp_path: Path) -> None:
    heard: list[str] = []
    with Record.create(tmp_path / "R") as record:
        made = import_file(record, tabs(tmp_path / "a.csv", [gdelt(1), gdelt(2)[:9]]), progress=heard.append).json()
    assert heard == ["reading", "checking", "writing"]
    assert made["dropped"] == {"fewer columns than the format has (cut off?)": {"count": 1, "lines": [2]}}
    assert (made["file"], made["format"], made["read"], made["kept"], made["known"]) == ("a.csv", "gdelt", 2, 1, 0)


def test_every_kind_of_unreadable_line_has_words(tmp_path: Path) -> None:
    assert set(imports.SOURCES) == set(SAMPLES)
    with Record.create(tmp_path / "R") as record:
        report = import_file(record, commas(tmp_path / "c.csv", [acled(), acled("UKR2")[:5]], ACLED_HEADER))
    assert dropped(report) == {"fewer columns than the format has (cut off?)": (1, (4,))}


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """A record with three coded documents and two imported rows."""
    from test_record import append, document

    with Record.create(tmp_path / "R") as record:
        append(record, [document(n) for n in range(3)])
        import_file(record, SAMPLES["gdelt"](tmp_path / "a.csv"))
    return tmp_path / "R"


def written(folder: Path, format: Any) -> bytes:
    out = io.BytesIO()
    with Record.open(folder) as record:
        export(record, format, out)
    return out.getvalue()


def test_a_record_written_as_polecat_can_be_imported_again_with_the_same_dyads(both: Path, tmp_path: Path) -> None:
    (tmp_path / "out.txt").write_bytes(written(both, "polecat"))
    assert len((tmp_path / "out.txt").read_text().splitlines()[0].split("\t")) == 40
    report, _ = imported(tmp_path / "S", tmp_path / "out.txt", "polecat")
    assert (report.kept, report.dropped) == (5, {})
    dyads = "select source, target, type, round(score, 1), count(*) as n from stories group by all order by all"
    with Record.open(both) as one, Record.open(tmp_path / "S") as other:
        assert one.rows(dyads) == other.rows(dyads)


def test_reports_written_as_mentions_keep_gdelt_s_own_event_number_and_their_address(both: Path) -> None:
    rows = [line.split("\t") for line in written(both, "gdelt-mentions").decode().splitlines()]
    assert {len(row) for row in rows} == {16}
    assert all(row[0].isdigit() and int(row[0]) < 2**64 for row in rows)
    by_event = {row[0]: row for row in rows}
    assert len(by_event) == 5
    assert by_event["900000001"][1:6] == [
        "20200812000000",
        "20200813000000",
        "1",
        "paper.example",
        "https://www.paper.example/world/1",
    ]


def test_gexf_holds_each_dyad_month_by_month(both: Path) -> None:
    content = written(both, "gexf")
    graph = ET.fromstring(content)
    name = "{http://gexf.net/1.3}"
    edges = {(edge.get("source"), edge.get("target")): edge for edge in graph.iter(f"{name}edge")}
    [spell] = edges["TUR", "GRC"].iter(f"{name}spell")
    assert (spell.get("start"), spell.get("end")) == ("2020-08-01", "2020-08-31")
    values = {one.get("for"): float(one.get("value") or "") for one in edges["TUR", "GRC"].iter(f"{name}attvalue")}
    assert values == {"cooperation": 0, "conflict": pytest.approx(8.8), "volume": 2, "tone": pytest.approx(-4.4)}
    network = nx.read_gexf(io.BytesIO(content), version="1.3")
    assert set(network.edges) >= {("TUR", "GRC")}
    assert network.nodes["TUR"]["label"] == "Turkey"


def test_annotations_quote_the_passage_that_each_statement_rests_on(both: Path) -> None:
    page = json.loads(written(both, "annotations"))
    assert page["@context"] == "http://www.w3.org/ns/anno.jsonld"
    items = {one["id"].rsplit(":", 1)[1]: one for one in page["items"]}
    with Record.open(both) as record:
        rows = record.rows("select s.id, d.text, d.url from statements s join documents d on d.id = s.document")
    assert set(items) == {row["id"] for row in rows}
    for row in rows:
        target = items[row["id"]]["target"]
        place = target["selector"]["refinedBy"]
        assert target["selector"]["exact"] == row["text"][place["start"] : place["end"]]
        assert target["source"] == (row["url"] or target["source"])
        assert json.loads(items[row["id"]]["body"]["value"])["id"] == row["id"]


def test_a_data_package_describes_each_column_of_its_tables_and_is_the_same_each_time(both: Path) -> None:
    content = written(both, "datapackage")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        package = json.loads(archive.read("datapackage.json"))
        tables = {
            one["name"]: (one, list(csv.DictReader(io.StringIO(archive.read(one["path"]).decode(), newline=""))))
            for one in package["resources"]
        }
    assert {name: len(rows) for name, (_, rows) in tables.items()} == {"statements": 5, "documents": 5, "stories": 5}
    for described, rows in tables.values():
        assert [field["name"] for field in described["schema"]["fields"]] == list(rows[0])
    kinds = {field["name"]: field["type"] for field in tables["statements"][0]["schema"]["fields"]}
    assert (kinds["date"], kinds["score"], kinds["sentence_start"]) == ("date", "number", "integer")
    assert written(both, "datapackage") == content


@pytest.mark.parametrize("format", FORMATS)
def test_an_export_counts_its_rows(both: Path, format: Any) -> None:
    with Record.open(both) as record:
        dyads = record.rows("select count(distinct (source, target)) as n from stories")[0]["n"]
        assert export(record, format, io.BytesIO()) == (dyads if format in ("graphml", "gexf") else 5)
