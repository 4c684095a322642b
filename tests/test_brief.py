"""What a brief gathers from a record, on a small record whose statements were written by hand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from handwritten import RUSSIA, TURKEY, Writer, turkey_and_russia

from volteface.brief import Brief, brief
from volteface.errors import UnknownName, VoltefaceError
from volteface.record import Record


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    with Record.open(turkey_and_russia().record(tmp_path_factory.mktemp("brief") / "R")) as opened:
        yield opened


def sentences(told: Brief, name: str) -> list[str]:
    return [line["sentence"] for line in getattr(told, name).lines]


def test_a_dyads_window_includes_its_first_and_its_last_day(record: Record) -> None:
    told = brief(record, ("TUR", "RUS"), dt.date(2015, 2, 3), dt.date(2016, 12, 31))
    days = [line["date"] for line in told.happened]
    assert days[0] == dt.date(2015, 2, 3)
    assert days[-1] == dt.date(2016, 12, 31)
    assert days == sorted(days)


def test_the_hardest_conflict_comes_before_all_else_where_room_is_short(record: Record) -> None:
    told = brief(record, ("TUR", "RUS"), weightiest=3)
    assert "Turkey shot down a Russian bomber." in [line["sentence"] for line in told.happened]


def test_what_did_not_happen_is_kept_apart_from_what_did(record: Record) -> None:
    told = brief(record, ("TUR", "RUS"))
    happened = {line["sentence"] for line in told.happened}
    assert sentences(told, "denied") == ["Russia did not attack Turkey."]
    assert sentences(told, "conditional") == ["Russia may close its border with Turkey."]
    assert sentences(told, "foreseen") == ["Russia will meet Turkey next week."]
    assert sentences(told, "threatened") == ["Russia threatened Turkey with more."]
    assert not happened & {*sentences(told, "denied"), *sentences(told, "conditional"), *sentences(told, "foreseen")}


def test_bonds_and_claims_stand_with_their_dyad(record: Record) -> None:
    told = brief(record, ("TUR", "RUS"))
    assert [line["status"] for line in told.red_lines.lines] == ["touched"]
    assert [line["good"] for line in told.dependences.lines] == ["energy"]
    assert [line["state"] for line in told.claims.lines] == ["strained"]
    assert not told.commitments.total  # that one is for Armenia
    assert sentences(brief(record, ("RUS",)), "commitments") == ["Russia will help Armenia if Turkey attacks it."]


def test_a_dyad_that_fell_out_and_made_up_has_two_turns(record: Record) -> None:
    worse, better = brief(record, ("TUR", "RUS")).turns
    assert (worse.told.date, worse.told.direction) == (dt.date(2015, 11, 24), "worse")
    assert (better.told.date, better.told.direction) == (dt.date(2016, 8, 9), "better")
    assert worse.told.before > 0 > worse.told.after
    assert worse.stories[0]["sentence"] == "Turkey shot down a Russian bomber."
    assert all(line["outlet"] == "The Sample" for turn in (worse, better) for line in turn.stories)


def test_what_came_before_the_window_counts_as_before(record: Record) -> None:
    [better] = brief(record, ("TUR", "RUS"), since=dt.date(2016, 1, 1)).turns
    assert better.told.date == dt.date(2016, 8, 9)
    assert better.told.before < 0


def test_a_states_partners_are_told_with_their_latest_story(record: Record) -> None:
    russia, america = brief(record, ("Turkey",)).partners
    assert (russia.code, russia.latest["sentence"]) == ("RUS", "Turkey spoke with Russia on New Year's Eve.")
    assert (america.code, america.name, america.stories, america.tone) == ("USA", "United States", 1, 3.0)


def test_a_short_history_is_told_by_month(record: Record) -> None:
    short = brief(record, ("TUR", "RUS"), dt.date(2015, 1, 1), dt.date(2016, 12, 31))
    assert short.by == "month"
    assert [(one.start.isoformat(), one.conflict) for one in short.history if one.conflict] == [
        ("2015-11-01", 19.0),
        ("2015-12-01", 5.0),
    ]


def test_a_long_history_is_told_by_year(tmp_path: Path) -> None:
    written = Writer()
    for year in range(2010, 2016):
        written.event(f"{year}-03-04", TURKEY, "CONSULT", RUSSIA, 2.0, f"Turkey met Russia in {year}.")
    with Record.open(written.record(tmp_path / "R")) as record:
        told = brief(record, ("TUR", "RUS"))
    assert (told.by, [one.start.year for one in told.history]) == ("year", list(range(2010, 2016)))


def test_the_order_of_the_two_states_changes_nothing_but_the_heading(record: Record) -> None:
    one, other = brief(record, ("TUR", "RUS")), brief(record, ("RUS", "TUR"))
    assert replace(one, states=()) == replace(other, states=())


def test_every_line_of_the_json_names_its_sentence_document_and_outlet(record: Record) -> None:
    made = json.loads(json.dumps(brief(record, ("TUR", "RUS")).json()))
    lines = [*made["happened"], *(line for turn in made["turns"] for line in turn["stories"])]
    lines += [line for name in ("claims", "denied", "dependences") for line in made[name]["lines"]]
    assert lines
    assert all(line["sentence"] and line["document"] and line["outlet"] == "The Sample" for line in lines)


def test_an_unknown_state_or_one_state_twice_is_refused_in_one_line(record: Record) -> None:
    with pytest.raises(UnknownName, match="Turkey"):
        brief(record, ("Turkye",))
    with pytest.raises(VoltefaceError, match="two different"):
        brief(record, ("TUR", "Turkey"))


def test_a_state_that_the_record_never_names_gets_an_empty_brief(record: Record) -> None:
    told = brief(record, ("Bhutan",))
    assert (told.total, told.happened, told.turns, told.partners) == (0, (), (), ())


def test_a_war_between_two_that_were_hostile_all_along_shows_as_a_surge(tmp_path: Path) -> None:
    writer = Writer()
    for month in range(1, 13):
        day = f"2014-{month:02}-05"
        writer.event(day, TURKEY, "ACCUSE", RUSSIA, -3.0, f"Turkey accused Russia of lie number {month}.")
    places = ("Rize", "Kars", "Van", "Bursa", "Izmir", "Adana")
    for day_of_month, place in enumerate(places, 1):
        text = f"Turkey shelled Russian positions at {place}."
        writer.event(f"2015-03-{day_of_month * 4:02}", TURKEY, "ASSAULT", RUSSIA, -9.0, text)
    with Record.open(writer.record(tmp_path / "R")) as record:
        [worse] = [turn for turn in brief(record, ("TUR", "RUS")).turns if turn.told.date == dt.date(2015, 3, 4)]
        assert (worse.told.direction, worse.told.rates is not None) == ("worse", True)
        assert [row["sentence"] for row in worse.stories][:1] == ["Turkey shelled Russian positions at Rize."]
        assert brief(record, ("TUR", "RUS"), until=dt.date(2014, 12, 31)).turns == ()
