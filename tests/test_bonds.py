"""What binds a state: registers with dates and sources, treaties from a table, and where behaviour belies them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from handwritten import RUSSIA, TURKEY, Writer, turkey_and_russia
from typer.testing import CliRunner, Result

from volteface.cli import app
from volteface.record import Record
from volteface.record.exchange.imports import Dropped, import_file
from volteface.relations import standing
from volteface.relations.bonds import bonds
from volteface.terms import Actor, Commitment, Span

HEADER = "ccode1,ccode2,year,atop_defense,atop_offense,atop_neutral,atop_nonagg,atop_consul"
ARMENIA, AZERBAIJAN = Actor("ARM", "GOV", "Armenia"), Actor("AZE", "MIL", "Azerbaijan")
REBELS, STATE_OF = Actor("AZE", "REB", "Rebels of Azerbaijan"), "371"
FULL = "1,0,0,1,1"


def table(path: Path, *rows: str) -> Path:
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def years(one: str, other: str, first: int, last: int, what: str = FULL) -> list[str]:
    return [f"{a},{b},{year},{what}" for year in range(first, last + 1) for a, b in ((one, other), (other, one))]


def at_odds() -> Writer:
    """Armenia and Azerbaijan at war in 2014, Turkey and Russia at peace."""
    made = Writer()
    for month in range(1, 13):
        for number in range(2):
            text = f"Azerbaijan shelled village {number} of Armenia in month {month}."
            made.event(f"2014-{month:02}-{5 + number:02}", AZERBAIJAN, "ASSAULT", ARMENIA, -9.0, text)
        text = f"Turkey sent ship {month} with aid to Russia."
        made.event(f"2014-{month:02}-07", TURKEY, "AID", RUSSIA, 8.0, text)
    made.event("2014-06-20", REBELS, "ASSAULT", RUSSIA, -9.0, "Rebels shot at Russia.")
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("bonds")
    at_odds().record(home / "R")
    rows = [*years("371", "373", 1993, 2014), *years("640", "365", 1992, 2014, "0,0,0,1,0")]
    rows += [*years("371", "365", 1992, 1996), *years("371", "365", 1998, 2014, "0,0,1,1,0")]
    with Record.create(home / "R") as record:
        import_file(record, table(home / "atop.csv", *rows))
    return home / "R"


@pytest.fixture(scope="module")
def record(folder: Path) -> Iterator[Record]:
    with Record.open(folder) as opened:
        yield opened


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], prog_name="volteface")


# The table of treaties


def test_a_row_of_the_table_becomes_a_commitment_with_its_file_and_line(tmp_path: Path) -> None:
    with Record.create(tmp_path / "R") as record:
        report = import_file(record, table(tmp_path / "atop.csv", "371,373,1995,1,0,0,1,1"))
        [row] = record.rows("select s.*, d.title, d.source as outlet from statements s join documents d on true")
    assert (report.format, report.read, report.kept, report.dropped) == ("atop", 1, 1, {})
    assert (row["kind"], row["source_code"], row["target_code"]) == ("commitment", "ARM", "AZE")
    assert (row["action"], row["basis"], row["status"]) == ("defend it, not attack it, consult it", "ATOP", "standing")
    assert (row["date"], row["date_precision"]) == (dt.date(1995, 1, 1), "year")
    assert (row["type"], row["factuality"], row["title"]) == (None, None, "atop.csv, line 2")
    assert row["sentence"] == (
        "Armenia is bound by treaty in 1995 towards Azerbaijan: defend it, not attack it, consult it"
    )


def test_a_treaty_is_no_story_and_moves_no_standing(tmp_path: Path) -> None:
    with Record.create(tmp_path / "R") as record:
        import_file(record, table(tmp_path / "atop.csv", *years("2", "200", 1990, 2014)))
        assert record.counts().stories == 0
        assert record.counts().statements == {"commitment": 50}
        assert record.rows("select * from dyad_months") == []
        assert standing.standings(record) == ()


def test_bad_rows_of_the_table_are_counted_by_reason_with_their_first_lines(tmp_path: Path) -> None:
    rows = [
        "371,373,1995,1,0,0,1,1",
        "371,373,1995,1,0,0,1,1",  # line 3: again
        "371,,1995,1,0,0,1,1",
        "371,373,soon,1,0,0,1,1",
        "999,373,1995,1,0,0,1,1",  # line 6
        "371,373,1980,1,0,0,1,1",
        "371,371,1995,1,0,0,1,1",
        "371,373,1996,0,0,0,0,0",
        "371,373,1997,7,0,0,0,0",  # line 10
        "371,373,1998,1",
        "371,373,1999,1,0,0,1,1,1",
    ]
    with Record.create(tmp_path / "R") as record:
        report = import_file(record, table(tmp_path / "atop.csv", *rows))
    assert (report.read, report.kept) == (11, 1)
    assert report.dropped == {
        "a treaty of a state with itself": Dropped(1, (8,)),
        "an obligation that is neither 0 nor 1": Dropped(1, (10,)),
        "fewer columns than the format has (cut off?)": Dropped(1, (11,)),
        "id of a row before": Dropped(1, (3,)),
        "more columns than the format has": Dropped(1, (12,)),
        "names no state": Dropped(1, (4,)),
        "no obligation": Dropped(1, (9,)),
        "no state of that number in that year": Dropped(2, (6, 7)),
        "no year": Dropped(1, (5,)),
    }


def test_one_number_stands_for_the_state_that_bore_it_in_each_year(tmp_path: Path) -> None:
    rows = ["365,2,1985,0,0,0,1,0", "365,2,1995,0,0,0,1,0", "345,220,1985,0,0,0,1,0", "345,220,2010,0,0,0,1,0"]
    rows += ["255,2,1995,0,0,0,1,0", "679,2,1995,0,0,0,1,0", "970,2,2005,0,0,0,1,0"]
    with Record.create(tmp_path / "R") as record:
        import_file(record, table(tmp_path / "atop.csv", *rows))
        told = {row["id"]: row["source_code"] for row in record.rows("select id, source_code from statements")}
    assert told == {
        "atop-365-2-1985": "SUN",
        "atop-365-2-1995": "RUS",
        "atop-345-220-1985": "YUG",
        "atop-345-220-2010": "SRB",
        "atop-255-2-1995": "DEU",
        "atop-679-2-1995": "YEM",
        "atop-970-2-2005": "NRU",
    }


def test_the_table_of_the_treaties_project_is_read_whole(shared: Path, tmp_path: Path) -> None:
    file = shared / "data" / "ir" / "atop_alliance_dyad_years.csv.gz"
    with Record.create(tmp_path / "R") as record:
        report = import_file(record, file)
        again = import_file(record, file)
    assert report.read == 258_912
    assert report.kept > 0.999 * report.read
    assert sum(one.count for one in report.dropped.values()) == report.read - report.kept
    assert (again.kept, again.known) == (0, report.kept)


# The registers


def test_years_of_one_content_are_one_treaty_and_a_gap_or_another_content_parts_them(record: Record) -> None:
    told = bonds(record, "ARM", "RUS")
    spans = [(one.source, one.target, one.first, one.last, one.open, one.obligations) for one in told.treaties]
    assert ("ARM", "RUS", 1992, 1996, False, ("defence", "nonaggression", "consultation")) in spans
    assert ("RUS", "ARM", 1998, 2014, True, ("neutrality", "nonaggression")) in spans
    assert len(spans) == 4
    assert told.treaties[0].json()["rows"] == ["atop.csv, line 92", "atop.csv, line 100"]


def test_on_a_day_only_what_stood_then_is_listed(record: Record) -> None:
    assert {(one.first, one.last) for one in bonds(record, "ARM", "RUS", dt.date(1994, 5, 1)).treaties} == {
        (1992, 1996)
    }
    assert bonds(record, "ARM", "RUS", dt.date(1997, 5, 1)).treaties == ()
    after_the_table = bonds(record, "ARM", "RUS", dt.date(2020, 5, 1)).treaties
    assert {(one.first, one.last, one.open) for one in after_the_table} == {(1998, 2014, True)}


def test_a_war_between_the_parties_of_a_pact_belies_it_with_sentences(record: Record) -> None:
    [found] = bonds(record, "ARM", kinds=["contradiction"]).contradictions
    assert (found.one, found.other, found.force, found.badly) == ("ARM", "AZE", 12, True)
    assert found.pledge.obligations == ("defence", "nonaggression", "consultation")
    assert len(found.stories) == 3
    assert all("shelled" in row["sentence"] and row["outlet"] == "The Sample" for row in found.stories)
    assert found.json()["pledge"]["title"] == "atop.csv, line 44"


def test_what_came_after_the_day_and_what_rebels_do_belies_no_pact(record: Record) -> None:
    assert bonds(record, "ARM", on=dt.date(2013, 12, 31), kinds=["contradiction"]).contradictions == ()
    assert bonds(record, "RUS", kinds=["contradiction"]).contradictions == ()


def test_a_pledge_that_a_text_tells_is_belied_by_force_of_its_holder(tmp_path: Path) -> None:
    made = Writer()
    name, span, day = made.document("Russia pledged to help Armenia.", "2014-01-05")
    trigger = Span(7, 14, "pledged")
    made.statements.append(Commitment(name, span, trigger, RUSSIA, ARMENIA, "AID", "help Armenia", date=day))
    made.event("2015-03-01", RUSSIA, "ASSAULT", ARMENIA, -9.0, "Russia bombed Armenia.")
    made.event("2014-01-01", RUSSIA, "ASSAULT", ARMENIA, -9.0, "Russia had bombed Armenia before.")
    with Record.open(made.record(tmp_path / "R")) as record:
        [found] = bonds(record, "ARM").contradictions
    assert [row["sentence"] for row in found.stories] == ["Russia bombed Armenia."]
    assert found.pledge.one_way


def test_commitments_red_lines_and_dependences_are_listed_filtered_and_dated(tmp_path: Path) -> None:
    with Record.open(turkey_and_russia().record(tmp_path / "R")) as record:
        told = bonds(record, "RUS")
        assert (len(told.commitments), len(told.red_lines), len(told.dependences)) == (1, 1, 1)
        assert told.commitments[0].day == dt.date(2015, 12, 6)
        assert told.commitments[0].json()["outlet"] == "The Sample"
        assert bonds(record, "RUS", on=dt.date(2015, 12, 5)).number == 0
        with_turkey = bonds(record, "RUS", "TUR")
        assert (len(with_turkey.commitments), len(with_turkey.red_lines)) == (0, 1)
        assert bonds(record, "RUS", kinds=["dependence"]).number == 1
        assert bonds(record, "BTN").number == 0


def test_bonds_show_themselves_in_a_line_in_a_notebook_and_as_a_picture(record: Record) -> None:
    told = bonds(record, "ARM")
    assert repr(told) == "<Bonds of ARM: 6 treaties, 1 contradictions>"
    assert "defend it; not attack it; consult it" in told._repr_html_()
    drawn = str(told.plot())
    assert ">Azerbaijan</text>" in drawn
    assert drawn.count('fill-opacity="0.35"') == 6


# The command


def test_the_command_shows_paper_behaviour_and_treaties_with_their_sources(folder: Path) -> None:
    result = run("bonds", "Armenia", "--record", folder)
    assert result.exit_code == 0
    assert (
        "Armenia and Azerbaijan, bound by treaty 1993 to 2014: defend it, not attack it, consult it;" in result.stdout
    )
    assert "12 stories of force" in result.stdout
    assert "ATOP · atop.csv, line 44" in result.stdout
    assert "1993 to 2014, where the table ends · defend it, not attack it, consult it, both ways: Azerbaijan" in (
        result.stdout
    )


def test_the_command_prints_json_and_filters_by_kind_and_partner(folder: Path) -> None:
    given = ("bonds", "ARM", "--record", folder, "--json", "--with", "Russia", "--kind", "commitment")
    made = json.loads(run(*given).stdout)
    assert (made["state"], made["with"], made["contradictions"]) == ("ARM", "RUS", [])
    assert {(one["source"], one["first"]) for one in made["treaties"]} == {
        ("ARM", 1992),
        ("RUS", 1992),
        ("ARM", 1998),
        ("RUS", 1998),
    }


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("Armenya",), "Armenia"),
        (("ARM", "--with", "Armenia"), "one state"),
        (("ARM", "--kind", "alliance"), "red-line"),
        (("ARM", "--on", "1995-13"), "1995-13"),
    ],
)
def test_a_wrong_question_is_one_line(folder: Path, arguments: tuple[str, ...], told: str) -> None:
    result = run("bonds", *arguments, "--record", folder)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert told in result.stderr
