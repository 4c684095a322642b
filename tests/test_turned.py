"""Turns as people read them: of a state both ways, of all the largest first, each with a sentence and a date."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from handwritten import TURKEY, Writer, turkey_and_russia
from typer.testing import CliRunner, Result

from volteface.cli import app
from volteface.errors import VoltefaceError
from volteface.record import Record
from volteface.relations.turned import turns
from volteface.terms import Actor

GREECE, EGYPT = Actor("GRC", "GOV", "Greece"), Actor("EGY", "GOV", "Egypt")


def two_quarrels() -> Writer:
    """Turkey and Russia fall out and make up; Turkey and Greece make up; Greece and Egypt fall out."""
    made = turkey_and_russia()
    for number in range(4):
        for actors, before, after in (((TURKEY, GREECE), -9.0, 8.0), ((GREECE, EGYPT), 8.0, -9.0)):
            one, other = actors
            for year, score in ((2013, before), (2015, after)):
                kind = "ASSAULT" if score < 0 else "AID"
                text = f"{one.text} dealt with {other.text} at port {number} for the {kind.lower()} of {year}."
                made.event(f"{year}-{3 + 2 * number:02}-11", one, kind, other, score, text)
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_quarrels().record(tmp_path_factory.mktemp("turned") / "R")


@pytest.fixture(scope="module")
def record(folder: Path) -> Iterator[Record]:
    with Record.open(folder) as opened:
        yield opened


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], prog_name="volteface")


def test_a_state_s_turns_stand_in_order_of_date_each_with_its_stories(record: Record) -> None:
    told = turns(record, ["TUR"])
    assert [turn.date for turn in told.turns] == sorted(turn.date for turn in told.turns)
    assert {(told.partner(turn), turn.direction) for turn in told.turns} == {
        ("RUS", "worse"),
        ("RUS", "better"),
        ("GRC", "better"),
    }
    assert all(turn["stories"][0]["sentence"] and turn["stories"][0]["document"] for turn in told.told)


def test_of_the_largest_turns_of_a_state_half_go_each_way_as_far_as_there_are(record: Record) -> None:
    assert sorted(turn.direction for turn in turns(record, ["TUR"], limit=2).turns) == ["better", "worse"]
    assert len(turns(record, ["TUR"], limit=3).turns) == 3
    assert turns(record, ["TUR"], limit=2).total == 3


def test_of_all_pairs_the_largest_turn_comes_first_and_a_year_bounds_them(record: Record) -> None:
    weights = [turn.weight for turn in turns(record).turns]
    assert weights == sorted(weights, reverse=True)
    of_2015 = turns(record, since=dt.date(2015, 1, 1), until=dt.date(2015, 12, 31))
    assert {turn.date.year for turn in of_2015.turns} == {2015}
    assert {(turn.one, turn.other) for turn in of_2015.turns} == {("GRC", "TUR"), ("EGY", "GRC"), ("RUS", "TUR")}


def test_turns_of_three_states_or_twice_the_same_are_refused(record: Record) -> None:
    with pytest.raises(VoltefaceError, match="one state or of two"):
        turns(record, ["TUR", "TUR"])


def test_turns_show_themselves_in_a_line_in_a_notebook_and_as_a_picture(record: Record) -> None:
    told = turns(record, ["TUR"])
    assert repr(told) == "<Turns of TUR: 3, 1 for the worse, 2 for the better>"
    assert "Turkey shot down a Russian bomber." in told._repr_html_()
    drawn = str(told.plot())
    assert ">Russia</text>" in drawn
    assert (drawn.count("<path"), drawn.count("<circle")) == (2, 3)  # one more of each in the legend


def test_the_command_sums_up_whom_a_state_turned_on_and_toward(folder: Path) -> None:
    result = run("turns", "Turkey", "--record", folder)
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines[lines.index("Turned on, or on it") + 1] == "Russia 2015"
    assert set(lines[lines.index("Turned toward, or toward it") + 1].split("; ")) == {"Greece 2015", "Russia 2016"}
    assert "“Turkey shot down a Russian bomber.”" in lines
    assert "The Sample · 24 November 2015 · doc3" in lines


def test_the_command_lists_the_largest_turns_of_a_year_and_says_how_many_there_are(folder: Path) -> None:
    result = run("turns", "--since", "2015", "--until", "2015", "--limit", "1", "--record", folder)
    assert result.stdout.startswith("Turns of all pairs, January 2015 to December 2015\nthe 1 largest of 3")
    made = json.loads(run("turns", "--since", "2015", "--until", "2015", "--record", folder, "--json", "--all").stdout)
    assert (made["since"], made["until"], made["total"], len(made["turns"])) == ("2015-01-01", "2015-12-31", 3, 3)
