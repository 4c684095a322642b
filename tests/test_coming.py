"""Who comes next in a record: chances and dated reasons, from what was known by the day, by weights that are lent."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from handwritten import RUSSIA, TURKEY, Writer

from volteface.errors import InputError, VoltefaceError
from volteface.foresight.coming import Coming, coming, refit
from volteface.record import Record
from volteface.report.coming import run_next
from volteface.terms import Actor

SYRIA, GREECE, ARMY = Actor("SYR", "GOV", "Syria"), Actor("GRC", "GOV", "Greece"), Actor("TUR", "MIL", "the army")
ON = dt.date(2016, 6, 30)


def dealings() -> Writer:
    """Turkey shells Syria every other week, meets Russia in between, and once accuses Greece."""
    made = Writer()
    for week in range(0, 24, 2):
        day = dt.date(2016, 1, 4) + dt.timedelta(7 * week)
        made.event(day.isoformat(), TURKEY, "ASSAULT", SYRIA, -9.0, f"Turkey shelled Syria again in week {week}.")
        other = day + dt.timedelta(7)
        made.event(other.isoformat(), TURKEY, "CONSULT", RUSSIA, 1.0, f"Turkey met Russia in week {week + 1}.")
    made.event("2016-02-02", TURKEY, "ACCUSE", GREECE, -2.0, "Turkey accused Greece.")
    made.event("2016-02-03", RUSSIA, "ASSAULT", SYRIA, -9.0, "Russia bombed Syria.")
    made.event("2016-02-04", TURKEY, "ASSAULT", ARMY, -9.0, "Turkey struck at its own army.")
    made.event("2016-08-01", TURKEY, "ASSAULT", GREECE, -9.0, "Turkey fired at a boat of Greece.")
    return made


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return Record.open(dealings().record(tmp_path_factory.mktemp("coming") / "R"))


@pytest.fixture(scope="module")
def told(record: Record) -> Coming:
    return coming("TUR ASSAULT ?", record, ON)


def test_what_happens_again_and_again_is_likeliest_with_its_stories(told: Coming) -> None:
    first = told.candidates[0]
    assert (first.code, first.met) == ("SYR", True)
    assert first.chance > 0.4
    sentences = [row["sentence"] for why in first.reasons for row in why.stories]
    assert any("Turkey shelled Syria again" in one for one in sentences)


def test_chances_are_of_others_than_ones_own_and_add_up_to_one(told: Coming) -> None:
    assert {one.code for one in told.candidates} == {"SYR", "RUS", "GRC"}
    assert sum(one.chance for one in told.candidates) == pytest.approx(1)


def test_who_did_it_is_asked_from_the_other_end(record: Record) -> None:
    told = coming("? ASSAULT Syria", record, ON)
    assert told.asks_for == "source"
    first = told.candidates[0]
    assert (first.code, first.sector) == ("TUR", "GOV")
    assert first.chance > 0.8
    assert {one.code for one in told.candidates} == {"TUR", "RUS", "GRC"}
    assert str(told) == "Who will ASSAULT Syria?"


def test_only_what_was_known_by_the_day_is_seen_and_cited(told: Coming, tmp_path: Path) -> None:
    assert all(row["published"] <= ON for one in told.candidates for why in one.reasons for row in why.stories)
    early = dealings()
    del early.documents[-1], early.statements[-1]
    with Record.open(early.record(tmp_path / "R")) as shorter:
        again = coming("TUR ASSAULT ?", shorter, ON)
    assert [(one.code, one.chance) for one in again.candidates] == [(one.code, one.chance) for one in told.candidates]


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("TUR ASSAULT", "asks nothing: write TUR SANCTION"),
        ("? ASSAULT ?", "asks nothing"),
        ("TUR ? RUS", "names no type of event"),
        ("TUR RETREAT ?", "tells of no RETREAT"),
        ("Fiji ASSAULT ?", "tells of nothing dated"),
        ("Turky ASSAULT ?", "did you mean Turkey"),
        ("", "asks nothing"),
    ],
)
def test_what_asks_nothing_is_said_in_one_line(record: Record, question: str, line: str) -> None:
    with pytest.raises(VoltefaceError, match=line) as caught:
        coming(question, record, ON)
    assert "\n" not in str(caught.value)


def test_of_many_facts_the_newest_count(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("volteface.foresight.coming.AT_MOST", 3)
    told = coming("TUR ASSAULT ?", record, ON)
    assert told.facts == 3
    assert {one.code for one in told.candidates} == {"SYR", "RUS"}


def test_a_small_record_keeps_to_the_weights_that_come_along(record: Record) -> None:
    with pytest.raises(InputError, match=r"28 dated facts.*need 2,000"):
        refit(record)
    with Record.create(record.folder.parent / "empty") as empty, pytest.raises(VoltefaceError, match="has a date"):
        coming("TUR ASSAULT ?", empty)


def test_a_record_learns_weights_of_its_own(record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("volteface.foresight.coming._LEAST", 20)
    with Record.open(dealings().record(tmp_path / "R")) as own:
        file = refit(own)
        told = coming("TUR ASSAULT ?", own, ON)
        file.write_text('{"all": {"hunch": 1.0}, "first": {}}')
        with pytest.raises(InputError, match=r"rank\.json weighs what this version does not read \(hunch\)"):
            coming("TUR ASSAULT ?", own, ON)
    assert str(file) in told.weights
    assert told.candidates[0].code == "SYR"


def test_the_command_prints_candidates_with_sentences_or_json(
    record: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    run_next(record.folder, "TUR ASSAULT ?", ON, most=2, fit=False, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Turkey ASSAULT whom?"
    assert any(line.startswith("  1. Syria") for line in lines)
    assert any("The Sample" in line for line in lines)
    run_next(record.folder, "TUR ASSAULT ?", ON, most=2, fit=False, as_json=True)
    made = json.loads(capsys.readouterr().out)
    assert made["candidates"][0]["code"] == "SYR"
    assert made["candidates"][0]["reasons"][0]["stories"][0]["document"]
