"""Stories: many reports of one happening become one, and two happenings stay two, whatever the order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volteface.record.stories import SPAN, link
from volteface.terms import identity

NUMBERS = count()
SHELLED = "Armenian forces shelled the border town of Tovuz on Sunday, killing three Azerbaijani soldiers."


def told(sentence: str, day: int | None = 1, trigger: str = "shelled", **changed: Any) -> dict[str, Any]:
    """A row of the REPORTS query: an assault of Armenia on Azerbaijan in July 2020 unless it is changed."""
    number = next(NUMBERS)
    made: dict[str, Any] = {
        "id": identity(number),
        "document": f"d{number}",
        "outlet": f"outlet {number}",
        "sentence": sentence,
        "trigger": trigger,
        "type": "ASSAULT",
        "mode": None,
        "precision": None if day is None else "day",
        "date": None if day is None else dt.date(2020, 7, 1) + dt.timedelta(days=day - 1),
        "score": -9.0,
        "confidence": 0.8,
        "source_key": "ARM",
        "one": "ARM",
        "other": "AZE",
    }
    for side, code, text in (("source", "ARM", "Armenian forces"), ("target", "AZE", "Azerbaijani soldiers")):
        made |= {f"{side}_code": code, f"{side}_sector": "MIL", f"{side}_name": None, f"{side}_text": text}
    return made | changed


def parted(rows: Iterable[dict[str, Any]]) -> set[frozenset[str]]:
    """The stories as sets of their reports' sentences and days."""
    rows = list(rows)
    by_id = {row["id"]: f"{row['document']}: {row['sentence']}" for row in rows}
    stories: dict[str, set[str]] = {}
    for made in link(rows).reports.to_pylist():
        stories.setdefault(made["story"], set()).add(by_id[made["statement"]])
    return {frozenset(members) for members in stories.values()}


def stories(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = link(rows).stories.to_pylist()
    return made


def test_a_text_that_many_outlets_carry_is_one_story() -> None:
    [one] = stories(*(told(SHELLED, day) for day in (1, 1, 2, 3)))
    assert (one["reports"], one["documents"], one["outlets"]) == (4, 4, 4)
    assert (one["first_date"], one["last_date"]) == (dt.date(2020, 7, 1), dt.date(2020, 7, 3))
    assert (one["source"], one["target"], one["type"], one["score"]) == ("ARM", "AZE", "ASSAULT", -9.0)


@pytest.mark.parametrize(
    ("sentence", "day", "trigger"),
    [
        ("Three soldiers died in Tovuz, a border town, when Armenian artillery opened fire.", 1, "fire"),
        ("Azerbaijan says that Armenia has shelled Tovuz.", 1, "shelled"),
        ("The shelling of Tovuz by Armenian forces left three soldiers dead near the border.", 2, "shelling"),
    ],
)
def test_one_happening_in_other_words_is_one_story(sentence: str, day: int, trigger: str) -> None:
    assert len(stories(told(SHELLED), told(sentence, day, trigger))) == 1


@pytest.mark.parametrize(
    ("sentence", "day", "trigger"),
    [
        ("An Armenian drone struck an oil depot outside Ganja.", 1, "struck"),
        ("Armenian snipers wounded a farmer in the village of Agdam.", 2, "wounded"),
        (SHELLED, 9, "shelled"),
    ],
)
def test_another_happening_is_another_story(sentence: str, day: int, trigger: str) -> None:
    assert len(stories(told(SHELLED), told(sentence, day, trigger))) == 2


def test_other_dyads_and_types_are_other_stories() -> None:
    threat = told(SHELLED, type="THREATEN")
    other = told(SHELLED, other="TUR", target_code="TUR")
    assert len(stories(told(SHELLED), threat, other)) == 3


def test_a_war_does_not_become_one_story_by_a_chain_of_days() -> None:
    made = stories(*(told(SHELLED, day) for day in range(1, 13)))
    assert len(made) >= 4
    assert all((one["last_date"] - one["first_date"]).days <= SPAN for one in made)


def test_a_meeting_told_from_both_sides_is_one_mutual_story() -> None:
    meeting: dict[str, Any] = {"type": "CONSULT", "score": 1.0}
    there = told("Erdogan and Putin met in Sochi to discuss Idlib.", trigger="met", **meeting)
    back = told("Putin received Erdogan in Sochi for talks on Idlib.", trigger="received", **meeting)
    back |= {"source_key": "AZE", "source_code": "AZE", "target_code": "ARM"}
    [one] = stories(there, back)
    assert one["mutual"]
    assert not stories(there)[0]["mutual"]


def test_a_document_that_returns_to_a_happening_tells_one_story() -> None:
    later = told("The attack lasted an hour.", trigger="attack", document="d")
    assert len(stories(told(SHELLED, document="d"), later)) == 1


def test_a_document_that_tells_of_two_clearly_different_happenings_tells_two_stories() -> None:
    elsewhere = told("Later an Armenian drone struck a depot near Ganja.", trigger="struck", document="d")
    assert len(stories(told(SHELLED, document="d"), elsewhere)) == 2


def test_one_sentence_with_two_verbs_for_one_act_tells_one_story_and_with_two_kinds_of_act_two() -> None:
    sentence = "Armenian forces stormed Tovuz and shot Azerbaijani guards at the Ganja road."
    both = [told(sentence, trigger=trigger, document="d") for trigger in ("stormed", "shot")]
    assert len(stories(*both)) == 1
    expelled = told(sentence, trigger="stormed", document="d", mode="primitive")
    assert len(stories(expelled, both[1] | {"mode": "firearms"})) == 2


def test_undated_reports_join_only_where_the_text_is_the_same() -> None:
    other_words = told("Armenia shelled Tovuz and killed three.", day=None)
    assert len(stories(told(SHELLED, day=None), told(SHELLED, day=None), other_words)) == 2


def test_a_story_is_named_after_its_earliest_report_and_told_by_its_most_typical_one() -> None:
    earliest = told("Shells fell on Tovuz, where three soldiers and a border guard dog named Rex were hurt.", 1)
    typical = told(SHELLED, 2)
    [one] = stories(earliest, typical, told(SHELLED + " More to follow.", 2))
    assert one["id"] == identity("story", earliest["id"])
    assert one["best"] == typical["id"]
    assert one["sentence"] == SHELLED


def test_the_score_of_a_story_is_the_median_of_its_reports() -> None:
    [one] = stories(*(told(SHELLED, score=score) for score in (-9.5, -9.0, -2.0)))
    assert one["score"] == -9.0


PLACES = ("Tovuz", "Ganja", "Agdam")
REPORTS = st.lists(
    st.builds(
        lambda place, day, trigger, document: told(
            f"Armenian forces {trigger} positions near {place} in the night.",
            day,
            trigger,
            document=f"shared {document}",
        ),
        st.sampled_from(PLACES),
        st.integers(1, 8),
        st.sampled_from(("shelled", "bombed")),
        st.integers(0, 5),
    ),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(reports=REPORTS, data=st.data())
def test_stories_do_not_depend_on_the_order_of_the_reports(reports: list[dict[str, Any]], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(reports))
    assert parted(reports) == parted(shuffled)
    assert sorted(map(str, stories(*reports))) == sorted(map(str, stories(*shuffled)))


@settings(max_examples=60, deadline=None)
@given(reports=REPORTS)
def test_each_report_belongs_to_one_story_and_no_story_lasts_longer_than_its_span(
    reports: list[dict[str, Any]],
) -> None:
    made = link(reports)
    assert sorted(made.reports["statement"].to_pylist()) == sorted(row["id"] for row in reports)
    assert sum(made.stories["reports"].to_pylist()) == len(reports)
    for one in made.stories.to_pylist():
        assert (one["last_date"] - one["first_date"]).days <= SPAN


def test_three_hundred_copies_and_three_hundred_other_reports_of_one_day_are_told_apart() -> None:
    copies = [told(SHELLED) for _ in range(300)]
    others = [told(f"Armenian guns shelled Post{n} near Village{n} and Hamlet{n}.") for n in range(300)]
    assert len(stories(*copies, *others)) == 301
